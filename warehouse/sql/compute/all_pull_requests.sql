-- Every pull request, in a compute from nothing.
CREATE OR REPLACE TEMP TABLE asked_pull_requests AS SELECT DISTINCT repository, number FROM pull_request_events;
