
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
