-- When an incident was opened, as an event of another kind says: its opening itself may never have been told.
ALTER TABLE incident_events ADD COLUMN opened_at TIMESTAMPTZ;
