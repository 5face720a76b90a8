
-- An id of usage, as the market takes it.
CREATE OR REPLACE FUNCTION marketplace.check_usage_id(field text, id text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- In UTF-16, as the market counts, letters beyond the first 65,536 are two units.
    units integer := length(id) + length(regexp_replace(id COLLATE "C", '[\u0001-\uffff]', '', 'g'));
BEGIN
    IF id = '' THEN
        RAISE EXCEPTION '`%` is empty', field USING ERRCODE = 'MP001';
    ELSIF id COLLATE "C" ~ '[\u0001-\u001f\u007f-\u009f]' THEN
        RAISE EXCEPTION '`%` has a control character', field USING ERRCODE = 'MP001';
    ELSIF units > 64 THEN
        RAISE EXCEPTION '`%`: % UTF-16 units, the limit is 64', field, units USING ERRCODE = 'MP001';
    END IF;
END
$$;

-- For sellers, within transactions of their own, through any driver: usage, to be pushed once the transaction is committed.
-- Returns its serial number. The same usage can be recorded again, and has the serial number that it had first.
CREATE OR REPLACE FUNCTION marketplace.record_usage(
    instance_id text, begin_time timestamptz, end_time timestamptz, usage_value numeric,
    relate_pkg_instance text DEFAULT NULL, metering_sn text DEFAULT NULL
) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    asked_at timestamptz := date_trunc('second', clock_timestamp());
    given_sn text := coalesce(metering_sn, replace(gen_random_uuid()::text, '-', ''));
    missing text := CASE
        WHEN instance_id IS NULL THEN 'instance_id'
        WHEN begin_time IS NULL THEN 'begin_time'
        WHEN end_time IS NULL THEN 'end_time'
        WHEN usage_value IS NULL THEN 'usage_value' END;
    broken text := CASE
        WHEN begin_time <> date_trunc('second', begin_time) THEN 'begin_time'
        WHEN end_time <> date_trunc('second', end_time) THEN 'end_time' END;
    -- As the market writes times.
    form text := 'YYYYMMDD"T"HH24MISS"Z"';
    outcome text;
    known_sn text;
BEGIN
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION '`%` is missing', missing USING ERRCODE = 'MP001';
    END IF;
    PERFORM marketplace.check_usage_id('instance_id', instance_id),
        marketplace.check_usage_id('relate_pkg_instance', relate_pkg_instance),
        marketplace.check_usage_id('metering_sn', given_sn);
    IF usage_value = 0 THEN
        RAISE EXCEPTION '`usage_value` is zero, and usage has to be above zero' USING ERRCODE = 'MP002';
    -- NaN is above all numbers.
    ELSIF usage_value < 0 OR usage_value > 99999999.9999 OR usage_value <> round(usage_value, 4) THEN
        RAISE EXCEPTION '`usage_value` is not a number of at most 8 digits and 4 decimals, above zero'
            USING ERRCODE = 'MP002';
    ELSIF broken IS NOT NULL THEN
        RAISE EXCEPTION '`%` is not a whole second', broken
            USING ERRCODE = 'MP003', HINT = 'The market counts whole seconds: see date_trunc.';
    ELSIF end_time < begin_time THEN
        RAISE EXCEPTION '`end_time` is before `begin_time`' USING ERRCODE = 'MP004';
    ELSIF end_time > asked_at THEN
        RAISE EXCEPTION '`end_time` % is after now, %',
            to_char(end_time AT TIME ZONE 'UTC', form), to_char(asked_at AT TIME ZONE 'UTC', form)
            USING ERRCODE = 'MP005';
    -- In hours: a day of the session's time zone may have 23 or 25 of them.
    ELSIF begin_time < asked_at - interval '504 hours' THEN
        RAISE EXCEPTION '`begin_time` % is more than 21 days before %',
            to_char(begin_time AT TIME ZONE 'UTC', form), to_char(asked_at AT TIME ZONE 'UTC', form)
            USING ERRCODE = 'MP006';
    END IF;
    SELECT one.outcome, one.known_sn INTO outcome, known_sn FROM marketplace.add_one_usage(
        given_sn, instance_id, begin_time, end_time, usage_value, relate_pkg_instance, asked_at) AS one;
    IF outcome = 'other usage' THEN
        RAISE EXCEPTION
            'the same `instance_id`, `begin_time` and `end_time` were recorded with another value or package, as `%`',
            known_sn USING ERRCODE = 'MP007';
    ELSIF outcome = 'serial number taken' THEN
        RAISE EXCEPTION '`metering_sn` `%` is that of another record', given_sn USING ERRCODE = 'MP008';
    END IF;
    RETURN coalesce(known_sn, given_sn);
END
$$;
