-- SPDX-License-Identifier: Apache-2.0
-- Taking a month that was written to files out of stream or log.
-- additive

-- How far a month that ends at @until goes in one district. last: the last row that was written before, null if there is none; young: the
-- first row up to there that was written at @kept or later and cannot go yet.
create function frame_archive_span(ledger text, whose text, until timestamptz, kept timestamptz,
                                   out last bigint, out young bigint)
    language plpgsql stable strict
as $$
begin
    execute format('select max(seq) from %I where district = $1 and wall_at < $2', ledger) into last using whose, until;
    execute format('select min(seq) from %I where district = $1 and seq <= $2 and wall_at >= $3', ledger)
       into young using whose, last, kept;
end
$$;

-- The rows that are in files (one file a district) leave the ledger together with the month's partition; the files are on record from
-- then on. Fails, and changes nothing, when a row of the month or one before is in none of them, when one of them names rows that are not there,
-- or when the partition that bears the month's name is not the month's.
-- Waits a fifth of a second for each lock, for commands queue behind it. Rows that were written at another month's instant, between
-- those of this one, are deleted; their number is returned.
create function frame_archive_month(ledger text, since date, whose text[], firsts bigint[], lasts bigint[], hashes bytea[],
                                    files text[], digests bytea[]) returns bigint
    language plpgsql
    set timezone to 'UTC' -- bounds are compared as text
    set datestyle to 'ISO'
as $$
declare
    begins timestamptz := since::timestamp at time zone 'UTC';
    ends timestamptz := (since + interval '1 month') at time zone 'UTC';
    part text := ledger || to_char(since, '"_"YYYY"_"MM');
    attached boolean;
    bounds text;
    odd record;
    n bigint;
begin
    perform set_config('lock_timeout', '200ms', true);
    perform pg_advisory_xact_lock(hashtextextended('hongping months ' || current_schema(), 0));
    attached := exists (select from pg_inherits
                         where inhrelid = to_regclass(format('%I.%I', current_schema(), part))
                           and inhparent = to_regclass(format('%I.%I', current_schema(), ledger)));
    if attached then
        execute format('lock table %I in share mode', part);
        select pg_get_expr(c.relpartbound, c.oid) into bounds
          from pg_class c where c.oid = to_regclass(format('%I.%I', current_schema(), part));
        if bounds is distinct from format('FOR VALUES FROM (%L) TO (%L)', begins, ends) then
            raise exception 'partition % does not hold the month of its name: %', part, bounds using errcode = 'check_violation';
        end if;
        execute format('select l.district, l.seq from %I l
                         where l.wall_at < $4 or l.wall_at >= $5
                            or not exists (select from unnest($1, $2, $3) as f (district, first, last)
                                            where f.district = l.district and l.seq between f.first and f.last)
                         limit 1', part)
           into odd using whose, firsts, lasts, begins, ends;
        if odd.seq is not null then
            raise exception 'row % of partition % in % is in no file', odd.seq, part, odd.district using errcode = 'check_violation';
        end if;
    end if;
    execute format('select l.district, case when f.district is not null and l.low >= f.first then l.high else l.low end as seq
                      from (select district, min(seq) as low, max(seq) as high from %I
                             where wall_at < $1 group by district) l
                      left join unnest($2, $3, $4) as f (district, first, last) on f.district = l.district
                     where f.district is null or l.low < f.first or l.high > f.last
                     limit 1', ledger)
       into odd using ends, whose, firsts, lasts;
    if odd.district is not null then
        raise exception 'row % of % in % is in no file', odd.seq, ledger, odd.district using errcode = 'check_violation';
    end if;
    execute format('select f.district, f.first, f.last from unnest($1, $2, $3) as f (district, first, last)
                     where (select count(*) from %I l where l.district = f.district and l.seq between f.first and f.last)
                           <> f.last - f.first + 1
                     limit 1', ledger)
       into odd using whose, firsts, lasts;
    if odd.district is not null then
        raise exception 'rows % to % of % in % are not what was written', odd.first, odd.last, ledger, odd.district
              using errcode = 'check_violation';
    end if;
    execute format('delete from %I l using unnest($1, $2, $3) as f (district, first, last)
                     where l.district = f.district and l.seq between f.first and f.last
                       and (not $4 or l.wall_at < $5 or l.wall_at >= $6)', ledger)
      using whose, firsts, lasts, attached, begins, ends;
    get diagnostics n = row_count;
    insert into archive (ledger, month, district, first, last, hash, file, file_sha256)
    select frame_archive_month.ledger, since, f.district, f.first, f.last, f.hash, f.file, f.digest
      from unnest(whose, firsts, lasts, hashes, files, digests) as f (district, first, last, hash, file, digest);
    if attached then
        execute format('alter table %I detach partition %I', ledger, part);
        execute format('drop table %I', part);
    end if;
    return n;
end
$$;
