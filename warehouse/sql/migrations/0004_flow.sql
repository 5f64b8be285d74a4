-- Flow: what waits on default branches. (What this made as views stands in sql/views now.)

CREATE TABLE undeployed (               -- commits of a default branch that no production environment of a service contains
    service VARCHAR NOT NULL,
    repository VARCHAR NOT NULL,
    sha VARCHAR NOT NULL,
    source VARCHAR NOT NULL             -- who told where the branch stands
);
