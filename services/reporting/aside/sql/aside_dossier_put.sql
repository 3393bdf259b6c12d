-- $1 district; of each row: $2 subject, $3 section, $4 id, $5 state, $6 summary, $7 at in microseconds since 1970
insert into reporting_aside.dossier (district, subject_id, section, id, state, summary, at)
select $1, subject_id, section, id, state, summary,
       timestamptz '1970-01-01 00:00:00+00' + at / 1000000 * interval '1 second' + at % 1000000 * interval '1 microsecond'
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[]) e(subject_id, section, id, state, summary, at)
