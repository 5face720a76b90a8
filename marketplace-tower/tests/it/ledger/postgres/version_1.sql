-- The ledger of marketplace-tower, version 1: one table, and the functions that hold the rules.
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
        IF found > 1 THEN
            RAISE EXCEPTION 'the ledger has version %, and this is how version 1 is made', found
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

-- All of them are in PL/pgSQL, which keeps its plans, and have `SECURITY DEFINER` with a path that no caller can change.

-- After a renewal, an upgrade or its end, the state that an instance was put into last says nothing any more.
CREATE OR REPLACE FUNCTION marketplace.end_state(ended_thing text, ended_instance text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE marketplace.work AS w SET state = '', call = NULL
    WHERE w.activity = ended_thing AND w.scene = 'state'
        AND w.order_id = ended_instance AND w.order_line_id = '\N';
END
$$;

-- Asks for a work. `outcome` is `new`, `interrupted` or `accepted` if it is the caller's now, with the next fence and until
-- the lease is over; `held` if somebody else has it; `done` with the answer; or `no free id`.
CREATE OR REPLACE FUNCTION marketplace.begin_work(
    work_activity text, work_scene text, work_order_id text, work_order_line_id text,
    work_kind text, work_thing text, work_state text,
    candidate text, work_digest bigint, lease interval, work_call bytea,
    OUT outcome text, OUT instance text, OUT fence_number bigint, OUT known_answer bytea, OUT known_digest bigint
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    known marketplace.work;
    asked_at timestamptz;
    is_still boolean;
    locked boolean := false;
    refused boolean := false;
BEGIN
    instance := candidate;
    LOOP
        -- Most calls are repeats, which need no lock.
        IF locked THEN
            SELECT * INTO known FROM marketplace.work AS w
            WHERE w.activity = work_activity AND w.scene = work_scene
                AND w.order_id = work_order_id AND w.order_line_id = work_order_line_id
            FOR UPDATE;
        ELSE
            SELECT * INTO known FROM marketplace.work AS w
            WHERE w.activity = work_activity AND w.scene = work_scene
                AND w.order_id = work_order_id AND w.order_line_id = work_order_line_id;
        END IF;
        IF NOT FOUND THEN
            IF refused AND work_kind = 'purchase'
                AND marketplace.is_taken(instance, work_order_id, work_order_line_id) THEN
                IF instance = marketplace.derived_id(work_order_id, work_order_line_id) THEN
                    outcome := 'no free id';
                    RETURN;
                END IF;
                instance := marketplace.derived_id(work_order_id, work_order_line_id);
            END IF;
            -- Waits for whoever writes the same at this moment. If they were first, they have this work, which is found
            -- then, or its instance id.
            asked_at := clock_timestamp();
            INSERT INTO marketplace.work (activity, scene, order_id, order_line_id, kind, thing, state,
                instance_id, digest, fence, leased_until, changed_at, call)
            VALUES (work_activity, work_scene, work_order_id, work_order_line_id, work_kind, work_thing, work_state,
                instance, work_digest, 1, asked_at + lease, asked_at, work_call)
            ON CONFLICT DO NOTHING;
            IF FOUND THEN
                outcome := 'new';
                fence_number := 1;
                known_digest := work_digest;
                EXIT;
            END IF;
            refused := true;
            CONTINUE;
        END IF;

        asked_at := clock_timestamp();
        instance := known.instance_id;
        is_still := work_kind <> 'state'
            OR (known.state = work_state AND known.changed_at > asked_at - interval '24 hours');
        known_digest := CASE WHEN is_still AND known.fence > 0 THEN known.digest ELSE work_digest END;
        IF known.progress = 'done' AND is_still THEN
            outcome := 'done';
            known_answer := known.answer;
            RETURN;
        ELSIF known.leased_until > asked_at THEN
            outcome := 'held';
            RETURN;
        ELSIF locked THEN
            outcome := CASE
                WHEN NOT is_still OR known.fence = 0 THEN 'new'
                WHEN known.progress = 'accepted' THEN 'accepted'
                ELSE 'interrupted' END;
            fence_number := known.fence + 1;
            UPDATE marketplace.work AS w SET fence = fence_number, leased_until = asked_at + lease,
                changed_at = asked_at, call = work_call, state = work_state, digest = known_digest, answer = NULL,
                progress = CASE WHEN is_still THEN w.progress ELSE 'begun' END
            WHERE w.id = known.id;
            EXIT;
        END IF;
        locked := true;
    END LOOP;
    IF work_kind IN ('ordered', 'end') THEN
        PERFORM marketplace.end_state(work_thing, instance);
    END IF;
END
$$;

-- Is it the instance of another purchase?
CREATE OR REPLACE FUNCTION marketplace.is_taken(instance text, work_order_id text, work_order_line_id text)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM marketplace.work AS w
        WHERE w.instance_id = instance AND w.kind = 'purchase'
            AND (w.order_id, w.order_line_id) <> (work_order_id, work_order_line_id)
    );
END
$$;

-- The instance id that an order line has if the candidate is taken.
CREATE OR REPLACE FUNCTION marketplace.derived_id(work_order_id text, work_order_line_id text) RETURNS text
LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN left(encode(sha256(decode(work_order_id, 'escape') || '\x00'
        || decode(CASE work_order_line_id WHEN '\N' THEN '' ELSE work_order_line_id END, 'escape')), 'hex'), 32);
END
$$;

-- Writes down what came of a work, `failed`, `accepted` or `done`. False if it was handed out again since, or is unknown.
CREATE OR REPLACE FUNCTION marketplace.record_work(
    work_activity text, work_scene text, work_order_id text, work_order_line_id text,
    fence_number bigint, outcome text, given_answer bytea
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    known marketplace.work;
BEGIN
    SELECT * INTO known FROM marketplace.work AS w
    WHERE w.activity = work_activity AND w.scene = work_scene
        AND w.order_id = work_order_id AND w.order_line_id = work_order_line_id
    FOR UPDATE;
    IF NOT FOUND OR known.fence <> fence_number THEN
        RETURN false;
    ELSIF known.progress = 'done' THEN
        RETURN true;
    ELSIF outcome = 'failed' THEN
        UPDATE marketplace.work AS w SET leased_until = NULL, changed_at = clock_timestamp(), call = NULL
        WHERE w.id = known.id;
        RETURN true;
    END IF;
    UPDATE marketplace.work AS w SET progress = outcome, answer = given_answer,
        leased_until = NULL, changed_at = clock_timestamp(), call = NULL
    WHERE w.id = known.id;
    IF outcome = 'done' THEN
        IF known.kind = 'end' THEN
            -- What was set aside is forgotten, and the purchase is not waited for. The state comes last, as for everybody
            -- who locks more than one row.
            UPDATE marketplace.work AS w SET call = NULL,
                progress = CASE WHEN w.kind = 'purchase' AND w.progress = 'begun' THEN 'accepted' ELSE w.progress END
            WHERE w.id IN (
                SELECT o.id FROM marketplace.work AS o
                WHERE o.instance_id = known.instance_id AND o.thing = known.thing AND o.kind <> 'state'
                    AND (o.call IS NOT NULL OR (o.kind = 'purchase' AND o.progress = 'begun'))
                ORDER BY o.id FOR UPDATE
            );
        END IF;
        IF known.kind IN ('ordered', 'end') THEN
            PERFORM marketplace.end_state(known.thing, known.instance_id);
        END IF;
    END IF;
    RETURN true;
END
$$;

-- Makes a lease last until so long from now. False if the work was handed out again since, or is done.
CREATE OR REPLACE FUNCTION marketplace.extend_work(
    work_activity text, work_scene text, work_order_id text, work_order_line_id text,
    fence_number bigint, lease interval
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE marketplace.work AS w SET leased_until = clock_timestamp() + lease
    WHERE w.activity = work_activity AND w.scene = work_scene
        AND w.order_id = work_order_id AND w.order_line_id = work_order_line_id
        AND w.fence = fence_number AND w.leased_until IS NOT NULL;
    RETURN FOUND;
END
$$;

-- Is any of these instances reserved for a purchase, and neither accepted nor done?
CREATE OR REPLACE FUNCTION marketplace.unfinished(instances text[]) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM marketplace.work AS w
        WHERE w.instance_id = ANY (instances) AND w.kind = 'purchase' AND w.progress = 'begun'
    );
END
$$;

-- Calls whose works were begun, have no answer, and are nobody's any more, from behind `after` on.
CREATE OR REPLACE FUNCTION marketplace.interrupted_works(after bigint, at_most bigint)
RETURNS TABLE (position_of bigint, call_of bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
        SELECT w.id, w.call FROM marketplace.work AS w
        WHERE w.id > after AND w.call IS NOT NULL AND w.progress = 'begun'
            AND (w.leased_until IS NULL OR w.leased_until <= clock_timestamp())
        ORDER BY w.id LIMIT at_most;
END
$$;

-- Forgets the works on instances that were released so long ago, and attempts that failed so long ago and made no instance;
-- a part of them at a time. Tells how many works it forgot: run it until it says 0.
CREATE OR REPLACE FUNCTION marketplace.prune_works(released_for interval, at_most integer DEFAULT 1000) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    forgotten bigint;
BEGIN
    WITH ended AS MATERIALIZED (
        SELECT instance_id, thing FROM marketplace.work
        WHERE kind = 'end' AND progress = 'done' AND changed_at <= (SELECT clock_timestamp() - released_for)
        ORDER BY changed_at LIMIT at_most
    ), failed AS MATERIALIZED (
        SELECT id FROM marketplace.work
        WHERE kind <> 'purchase' AND progress = 'begun' AND leased_until IS NULL
            AND changed_at <= (SELECT clock_timestamp() - released_for)
        ORDER BY changed_at LIMIT at_most
    ), past AS MATERIALIZED (
        SELECT w.id FROM ended JOIN marketplace.work AS w USING (instance_id, thing)
        UNION
        SELECT id FROM failed
    )
    DELETE FROM marketplace.work AS w USING past WHERE w.id = past.id;
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    RETURN forgotten;
END
$$;

-- For sellers, within transactions of their own, through any driver: the instance id of an order line, from now on and for
-- ever. It is the candidate, unless the line has an id already, or the candidate is the id of another line.
CREATE OR REPLACE FUNCTION marketplace.reserve(order_id text, order_line_id text, candidate text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    known text;
    work_order_id text := replace(reserve.order_id, '\', '\\');
    work_order_line_id text := coalesce(replace(reserve.order_line_id, '\', '\\'), '\N');
    instance text := replace(candidate, '\', '\\');
    refused boolean := false;
BEGIN
    IF reserve.order_id IS NULL OR candidate IS NULL
        OR candidate COLLATE "C" !~ '^[!-~]{1,64}$' OR strpos(candidate, ',') > 0 THEN
        RAISE EXCEPTION 'an order id, and an instance id of 1 to 64 printable ASCII letters other than the comma, are needed'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    LOOP
        SELECT w.instance_id INTO known FROM marketplace.work AS w
        WHERE w.activity = 'newInstance' AND w.scene = ''
            AND w.order_id = work_order_id AND w.order_line_id = work_order_line_id;
        IF FOUND THEN
            RETURN replace(known, '\\', '\');
        END IF;
        IF refused AND marketplace.is_taken(instance, work_order_id, work_order_line_id) THEN
            IF instance = marketplace.derived_id(work_order_id, work_order_line_id) THEN
                RAISE EXCEPTION 'no instance id is free for this order line' USING ERRCODE = 'unique_violation';
            END IF;
            instance := marketplace.derived_id(work_order_id, work_order_line_id);
        END IF;
        INSERT INTO marketplace.work (activity, scene, order_id, order_line_id, kind, thing, instance_id, fence, changed_at)
        VALUES ('newInstance', '', work_order_id, work_order_line_id, 'purchase', 'instance', instance, 0, clock_timestamp())
        ON CONFLICT DO NOTHING;
        IF FOUND THEN
            RETURN replace(instance, '\\', '\');
        END IF;
        refused := true;
    END LOOP;
END
$$;

-- For sellers, within transactions of their own: the final answer about a purchase, the body in JSON. False if it has one
-- already, which stays; then somebody else has done the work.
CREATE OR REPLACE FUNCTION marketplace.done(order_id text, order_line_id text, answer bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    known marketplace.work;
BEGIN
    SELECT * INTO known FROM marketplace.work AS w
    WHERE w.activity = 'newInstance' AND w.scene = ''
        AND w.order_id = replace(done.order_id, '\', '\\')
        AND w.order_line_id = coalesce(replace(done.order_line_id, '\', '\\'), '\N')
    FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this order line was never reserved' USING ERRCODE = 'no_data_found';
    ELSIF done.answer IS NULL THEN
        RAISE EXCEPTION 'an answer is needed' USING ERRCODE = 'null_value_not_allowed';
    ELSIF known.progress = 'done' THEN
        RETURN false;
    END IF;
    UPDATE marketplace.work AS w SET progress = 'done', answer = done.answer,
        leased_until = NULL, changed_at = clock_timestamp(), call = NULL
    WHERE w.id = known.id;
    RETURN true;
END
$$;

CREATE OR REPLACE FUNCTION marketplace.ledger_version() RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';

COMMIT;
