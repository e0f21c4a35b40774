-- Refused rows that somebody dropped by their id, as they had come last: in whatever order records
-- are applied, such a row stays away until it comes again.
CREATE TABLE refused_dropped (
  id UUID NOT NULL,
  "at" BIGINT NOT NULL                        -- Unix seconds
);
