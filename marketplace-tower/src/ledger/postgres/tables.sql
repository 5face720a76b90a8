-- The ledger of marketplace-tower, version 2: two tables, and the functions that hold the rules.
--
-- For PostgreSQL 13 and newer, in a database whose encoding is UTF8. Run it as the role that is to own it; it can be run
-- again. Who asks needs `GRANT USAGE ON SCHEMA marketplace` and nothing else: the functions run with their owner's rights.

BEGIN ISOLATION LEVEL READ COMMITTED;

DO $marketplace$
DECLARE
    found integer;
BEGIN
    -- Machines that start at the same time do this one after the other.
    PERFORM pg_advisory_xact_lock(5437396512406233455);
    IF current_setting('server_encoding') <> 'UTF8' THEN
        RAISE EXCEPTION 'a ledger needs a database whose encoding is UTF8, not %', current_setting('server_encoding')
            USING ERRCODE = 'feature_not_supported';
    END IF;
    IF to_regprocedure('marketplace.ledger_version()') IS NOT NULL THEN
        EXECUTE 'SELECT marketplace.ledger_version()' INTO found;
        IF found > 2 THEN
            RAISE EXCEPTION 'the ledger has version %, and this is how version 2 is made', found
                USING ERRCODE = 'object_not_in_prerequisite_state';
        END IF;
        RETURN;
    END IF;
    IF to_regnamespace('marketplace') IS NULL THEN
        CREATE SCHEMA marketplace;
    END IF;

    -- Texts of calls are written as `encode(..., 'escape')` would, letters outside of ASCII excepted: `\` is `\\`, and a NUL,
    -- which no text can hold, is `\000`.
    CREATE TABLE marketplace.work (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        activity text COLLATE "C" NOT NULL,
        scene text COLLATE "C" NOT NULL,
        order_id text COLLATE "C" NOT NULL,
        order_line_id text COLLATE "C" NOT NULL,
        kind text COLLATE "C" NOT NULL CHECK (kind IN ('purchase', 'ordered', 'state', 'end')),
        thing text COLLATE "C" NOT NULL,
        instance_id text COLLATE "C" NOT NULL,
        state text COLLATE "C" NOT NULL DEFAULT '',
        progress text COLLATE "C" NOT NULL DEFAULT 'begun' CHECK (progress IN ('begun', 'accepted', 'done')),
        answer bytea,
        digest bigint,
        fence bigint NOT NULL,
        leased_until timestamptz,
        changed_at timestamptz NOT NULL,
        call bytea,
        CONSTRAINT work_known_by UNIQUE (activity, scene, order_id, order_line_id),
        CONSTRAINT work_answered CHECK ((progress = 'done') = (answer IS NOT NULL))
    );
    CREATE UNIQUE INDEX work_purchase_of_instance ON marketplace.work (instance_id) WHERE kind = 'purchase';
    CREATE INDEX work_on_instance ON marketplace.work (instance_id);
    CREATE INDEX work_interrupted ON marketplace.work (id) WHERE call IS NOT NULL;
    CREATE INDEX work_ended ON marketplace.work (changed_at) WHERE kind = 'end' AND progress = 'done';
    CREATE INDEX work_failed ON marketplace.work (changed_at)
        WHERE kind <> 'purchase' AND progress = 'begun' AND leased_until IS NULL;

    COMMENT ON TABLE marketplace.work IS 'The ledger of marketplace-tower: each order made one instance, and got one answer.';
    COMMENT ON COLUMN marketplace.work.order_id IS 'For states and ends, the id of the instance in its place.';
    COMMENT ON COLUMN marketplace.work.order_line_id IS '\N if the call named none.';
    COMMENT ON COLUMN marketplace.work.digest IS 'Of the call that came first; null if it is not known.';
    COMMENT ON COLUMN marketplace.work.fence IS 'How often the work was handed out: 0 if the seller has reserved it.';
    COMMENT ON COLUMN marketplace.work.leased_until IS 'Null if nobody is at work.';
    COMMENT ON COLUMN marketplace.work.call IS 'The call, until its work is done.';
END
$marketplace$;
