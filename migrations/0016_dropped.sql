-- Parts that were given up keep their words until somebody decides what becomes of them.

CREATE INDEX deliveries_dropped ON deliveries (work_id) WHERE state = 'dropped';
