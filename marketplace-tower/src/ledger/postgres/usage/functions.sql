
-- Writes one record down, to be pushed. `outcome` is `added`; `known` or `other usage`, with the serial number under which
-- its instance and span were recorded; or `serial number taken`.
CREATE OR REPLACE FUNCTION marketplace.add_one_usage(
    given_sn text, instance text, begun timestamptz, ended timestamptz, used numeric, package text, recorded timestamptz,
    OUT outcome text, OUT known_sn text
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    known marketplace.usage_record;
BEGIN
    LOOP
        -- Waits for whoever writes the same at this moment.
        INSERT INTO marketplace.usage_record (metering_sn, instance_id, begin_time, end_time, usage_value,
            relate_pkg_instance, record_time, changed_at)
        VALUES (given_sn, instance, begun, ended, used, package, recorded, clock_timestamp())
        ON CONFLICT DO NOTHING;
        IF FOUND THEN
            outcome := 'added';
            RETURN;
        END IF;
        SELECT * INTO known FROM marketplace.usage_record AS u
        WHERE u.instance_id = instance AND u.begin_time = begun AND u.end_time = ended;
        IF FOUND THEN
            outcome := CASE
                WHEN known.usage_value = used AND known.relate_pkg_instance IS NOT DISTINCT FROM package THEN 'known'
                ELSE 'other usage' END;
            known_sn := known.metering_sn;
            RETURN;
        END IF;
        PERFORM FROM marketplace.usage_record AS u WHERE u.metering_sn = given_sn;
        IF FOUND THEN
            outcome := 'serial number taken';
            RETURN;
        END IF;
        -- What was in the way has been forgotten since.
    END LOOP;
END
$$;

-- The rules are in the functions that call it.
REVOKE EXECUTE ON FUNCTION
    marketplace.add_one_usage(text, text, timestamptz, timestamptz, numeric, text, timestamptz) FROM PUBLIC;

-- Writes records down, all together: what is said of each stands at its place. Values are in ten-thousandths.
CREATE OR REPLACE FUNCTION marketplace.add_usage(
    sns text[], instances text[], begins timestamptz[], ends timestamptz[], used bigint[], packages text[],
    recorded timestamptz[], OUT outcomes text[], OUT known_sns text[]
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    place integer;
    outcome text;
    known_sn text;
BEGIN
    outcomes := array_fill(NULL::text, ARRAY[cardinality(sns)]);
    known_sns := outcomes;
    -- In an order that is everybody's, so that nobody waits for who waits for them; but of two records with one serial
    -- number it is the first that gets it.
    FOR place IN
        SELECT given.number FROM unnest(sns, instances, begins, ends)
            WITH ORDINALITY AS given (sn, instance, begun, ended, number)
        ORDER BY
            CASE WHEN (SELECT count(DISTINCT sn) FROM unnest(sns) AS sn) < cardinality(sns) THEN given.number END,
            given.instance COLLATE "C", given.begun, given.ended, given.number
    LOOP
        SELECT one.outcome, one.known_sn INTO outcome, known_sn FROM marketplace.add_one_usage(
            sns[place], instances[place], begins[place], ends[place], used[place] * 0.0001, packages[place],
            recorded[place]) AS one;
        outcomes[place] := outcome;
        known_sns[place] := known_sn;
    END LOOP;
END
$$;

-- Hands out records that wait and are nobody's, those first whose use ended first: they are the caller's until the lease is
-- over.
CREATE OR REPLACE FUNCTION marketplace.take_usage(at_most bigint, ended_by timestamptz, lease interval)
RETURNS TABLE (
    sn text, instance text, begun timestamptz, ended timestamptz, used bigint, package text, recorded timestamptz,
    attempt_number bigint, may_have_been_sent boolean
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    asked_at timestamptz := clock_timestamp();
    ids bigint[];
BEGIN
    -- What somebody else takes or settles at this moment is not waited for.
    ids := ARRAY(
        SELECT u.id FROM marketplace.usage_record AS u
        WHERE u.progress = 'waiting' AND u.end_time <= ended_by
            AND (u.free_at IS NULL OR u.free_at <= asked_at)
        ORDER BY u.end_time, u.id LIMIT at_most FOR UPDATE SKIP LOCKED
    );
    RETURN QUERY
        WITH taken AS (
            UPDATE marketplace.usage_record AS u
            SET attempt = u.attempt + 1, sent_before = u.sent, sent = true, free_at = asked_at + lease,
                changed_at = asked_at
            WHERE u.id = ANY (ids)
            RETURNING u.*
        )
        SELECT t.metering_sn, t.instance_id, t.begin_time, t.end_time, (t.usage_value * 10000)::bigint,
            t.relate_pkg_instance, t.record_time, t.attempt, t.sent_before
        FROM taken AS t ORDER BY t.end_time, t.id;
END
$$;

-- Writes down what came of records, `pushed`, `refused` or `waiting`, unless they were handed out again or put back since.
-- Tells of how many. Pauses are in milliseconds.
CREATE OR REPLACE FUNCTION marketplace.settle_usage(
    sns text[], attempts bigint[], outcomes text[], codes text[], messages text[], pauses double precision[],
    not_taken boolean[]
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    asked_at timestamptz := clock_timestamp();
    last_turn bigint;
    written_now bigint;
    written bigint := 0;
BEGIN
    -- In an order that is everybody's, so that nobody waits for who waits for them.
    PERFORM FROM marketplace.usage_record AS u WHERE u.metering_sn = ANY (sns) ORDER BY u.metering_sn FOR UPDATE;
    -- What is said about one record twice is said one after the other; mostly there is one turn.
    SELECT max(said.times) INTO last_turn
    FROM (SELECT count(*) AS times FROM unnest(sns) AS s (sn) GROUP BY s.sn) AS said;
    FOR turn IN 1..coalesce(last_turn, 0) LOOP
        WITH given AS (
            SELECT s.*, row_number() OVER (PARTITION BY s.sn ORDER BY s.number) AS turn_of
            FROM unnest(sns, attempts, outcomes, codes, messages, pauses, not_taken)
                WITH ORDINALITY AS s (sn, attempt, outcome, code, message, pause, was_not_taken, number)
        ), found AS MATERIALIZED (
            -- The limit has each looked up by its serial number, where a join may read all that wait, once for each.
            SELECT g.*, known.id, known.progress
            FROM given AS g CROSS JOIN LATERAL (
                SELECT u.id, u.progress, u.attempt, u.free_at FROM marketplace.usage_record AS u
                WHERE u.metering_sn = g.sn LIMIT 1
            ) AS known
            WHERE g.turn_of = turn AND known.attempt = g.attempt AND known.free_at IS NOT NULL
        ), changed AS (
            UPDATE marketplace.usage_record AS u SET progress = f.outcome, code = f.code, message = f.message,
                free_at = CASE f.outcome
                    WHEN 'waiting' THEN asked_at + f.pause * interval '1 millisecond' ELSE u.free_at END,
                sent = CASE WHEN f.was_not_taken THEN u.sent_before ELSE u.sent END,
                changed_at = asked_at
            FROM found AS f
            WHERE u.id = f.id AND f.progress = 'waiting'
        )
        -- Those that are changed, and those of which the same was said before.
        SELECT count(*) INTO written_now FROM found AS f WHERE f.progress = 'waiting' OR f.progress = f.outcome;
        written := written + written_now;
    END LOOP;
    RETURN written;
END
$$;

-- Puts refused records back, to be pushed under the same serial numbers. Tells how many.
CREATE OR REPLACE FUNCTION marketplace.usage_again(sns text[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    ids bigint[];
    put_back bigint;
BEGIN
    ids := ARRAY(
        SELECT u.id FROM marketplace.usage_record AS u
        WHERE u.metering_sn = ANY (sns) AND u.progress = 'refused'
        ORDER BY u.metering_sn FOR UPDATE
    );
    -- The market has told that it has not taken them in that attempt.
    UPDATE marketplace.usage_record AS u SET progress = 'waiting', code = NULL, message = NULL,
        sent = u.sent_before, free_at = NULL, changed_at = clock_timestamp()
    WHERE u.id = ANY (ids);
    GET DIAGNOSTICS put_back = ROW_COUNT;
    RETURN put_back;
END
$$;

-- How far everything is.
CREATE OR REPLACE FUNCTION marketplace.usage_progress(
    overdue_before timestamptz,
    OUT waiting bigint, OUT overdue bigint, OUT oldest_end timestamptz, OUT pushed bigint, OUT refused bigint
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    SELECT count(*), count(*) FILTER (WHERE u.end_time < overdue_before), min(u.end_time)
    INTO waiting, overdue, oldest_end
    FROM marketplace.usage_record AS u WHERE u.progress = 'waiting';
    SELECT count(*) INTO refused FROM marketplace.usage_record AS u WHERE u.progress = 'refused';
    SELECT count(*) - refused INTO pushed FROM marketplace.usage_record AS u WHERE u.progress <> 'waiting';
END
$$;

-- Refused records, from behind `after` on.
CREATE OR REPLACE FUNCTION marketplace.refused_usage(after bigint, at_most bigint)
RETURNS TABLE (
    sn text, instance text, begun timestamptz, ended timestamptz, used bigint, package text, recorded timestamptz,
    position_of bigint, code_of text, message_of text
)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
        SELECT u.metering_sn, u.instance_id, u.begin_time, u.end_time, (u.usage_value * 10000)::bigint,
            u.relate_pkg_instance, u.record_time, u.id, u.code, u.message
        FROM marketplace.usage_record AS u
        WHERE u.id > after AND u.progress = 'refused'
        ORDER BY u.id LIMIT at_most;
END
$$;

-- Forgets records that were pushed, and refused ones, whose use began before this moment; a part of them at a time. Tells
-- how many: run it until it says 0.
CREATE OR REPLACE FUNCTION marketplace.prune_usage(began_before timestamptz, at_most integer DEFAULT 1000) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    ids bigint[];
    forgotten bigint;
BEGIN
    ids := ARRAY(
        SELECT u.id FROM marketplace.usage_record AS u
        WHERE u.progress <> 'waiting' AND u.begin_time < began_before
        ORDER BY u.begin_time LIMIT at_most FOR UPDATE SKIP LOCKED
    );
    DELETE FROM marketplace.usage_record AS u WHERE u.id = ANY (ids);
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    RETURN forgotten;
END
$$;
