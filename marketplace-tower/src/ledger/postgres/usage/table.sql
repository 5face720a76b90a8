
-- Version 2: where usage waits to be pushed.
DO $marketplace$
DECLARE
    found integer;
BEGIN
    IF to_regprocedure('marketplace.ledger_version()') IS NOT NULL THEN
        EXECUTE 'SELECT marketplace.ledger_version()' INTO found;
        IF found >= 2 THEN
            RETURN;
        END IF;
    END IF;

    CREATE TABLE marketplace.usage_record (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        metering_sn text COLLATE "C" NOT NULL CHECK (metering_sn ~ '^[^\u0001-\u001f\u007f-\u009f]{1,64}$'),
        instance_id text COLLATE "C" NOT NULL CHECK (instance_id ~ '^[^\u0001-\u001f\u007f-\u009f]{1,64}$'),
        begin_time timestamptz(0) NOT NULL,
        end_time timestamptz(0) NOT NULL,
        usage_value numeric(12, 4) NOT NULL CHECK (usage_value > 0 AND usage_value <= 99999999.9999),
        relate_pkg_instance text COLLATE "C"
            CHECK (relate_pkg_instance ~ '^[^\u0001-\u001f\u007f-\u009f]{1,64}$'),
        record_time timestamptz(0) NOT NULL,
        progress text COLLATE "C" NOT NULL DEFAULT 'waiting' CHECK (progress IN ('waiting', 'pushed', 'refused')),
        attempt bigint NOT NULL DEFAULT 0,
        free_at timestamptz,
        sent boolean NOT NULL DEFAULT false,
        sent_before boolean NOT NULL DEFAULT false,
        code text COLLATE "C",
        message text COLLATE "C",
        changed_at timestamptz NOT NULL,
        CONSTRAINT usage_record_known_by UNIQUE (metering_sn),
        CONSTRAINT usage_record_of_span UNIQUE (instance_id, begin_time, end_time),
        CONSTRAINT usage_record_in_time CHECK (
            begin_time <= end_time AND end_time <= record_time AND begin_time >= record_time - interval '504 hours'
        ),
        CONSTRAINT usage_record_refused CHECK (
            (progress = 'refused') = (code IS NOT NULL) AND (code IS NULL) = (message IS NULL)
        )
    );
    CREATE INDEX usage_record_waiting ON marketplace.usage_record (end_time, id) WHERE progress = 'waiting';
    CREATE INDEX usage_record_refusals ON marketplace.usage_record (id) WHERE progress = 'refused';
    CREATE INDEX usage_record_over ON marketplace.usage_record (begin_time) WHERE progress <> 'waiting';

    COMMENT ON TABLE marketplace.usage_record IS 'The outbox of usage of marketplace-tower: each record is billed once.';
    COMMENT ON COLUMN marketplace.usage_record.attempt IS 'How often it was handed out to be pushed.';
    COMMENT ON COLUMN marketplace.usage_record.free_at IS
        'It is not handed out before. Null if nobody has had it since it was added or put back.';
    COMMENT ON COLUMN marketplace.usage_record.sent IS 'It may have been sent.';
    COMMENT ON COLUMN marketplace.usage_record.sent_before IS
        'It may have been sent before it was handed out the last time.';
    COMMENT ON COLUMN marketplace.usage_record.code IS 'Why the market refused it, `\` written as `\\`, and NUL as `\000`.';
    COMMENT ON COLUMN marketplace.usage_record.message IS 'What the market said, written like `code`.';
END
$marketplace$;
