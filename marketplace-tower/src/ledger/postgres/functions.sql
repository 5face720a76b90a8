
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
