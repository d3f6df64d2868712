-- Run once, by the db service, on an empty volume: the two roles and the database of docker-compose.yml.
-- The owner migrates and owns every table; the application runs and owns nothing.
\set ON_ERROR_STOP on
\getenv owner_password DB_OWNER_PASSWORD
\getenv app_password DB_APP_PASSWORD

CREATE ROLE parenting2000_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE parenting2000_app LOGIN PASSWORD :'app_password';
CREATE DATABASE parenting2000 OWNER parenting2000_owner;
