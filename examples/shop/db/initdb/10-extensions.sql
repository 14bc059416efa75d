-- Runs once, when the database is made.
CREATE TABLE initialised (by_user text NOT NULL);
INSERT INTO initialised VALUES (current_user);
