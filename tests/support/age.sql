-- SPDX-License-Identifier: Apache-2.0
-- A history that is older than it is: rows of stream and log moved to earlier months and sealed anew, as if they had been written
-- then. For a superuser with search_path to a service's schema; nothing may write to it meanwhile. Hashes as in docs/core.md.

-- Partitions of a month, as frame_make_month makes them.
create function pg_temp.age_month(since date) returns void language plpgsql as $$
declare
    parent text;
    name text;
begin
    foreach parent in array array['stream', 'log'] loop
        name := parent || to_char(since, '"_"YYYY"_"MM');
        execute format('create table %I (like %I including defaults including constraints)', name, parent);
        execute format('alter table %I add primary key (district, seq, wall_at)', name);
        execute format('alter table %I owner to %I', name, (select tableowner from pg_tables where schemaname = current_schema() and tablename = parent));
        execute format('alter table %I attach partition %I for values from (%L) to (%L)', parent, name,
                       since::timestamp at time zone 'UTC', (since + interval '1 month') at time zone 'UTC');
    end loop;
end
$$;

-- Rows up to @upto of all districts were written at @instant (a microsecond apart for each seal).
create function pg_temp.age_rows(upto bigint, instant timestamptz) returns void language sql as $$
    update stream t set wall_at = instant + s.last * interval '1 microsecond'
      from seal s where s.ledger = 'stream' and s.district = t.district and t.seq between s.first and s.last and s.last <= upto;
    update log t set wall_at = instant + s.last * interval '1 microsecond'
      from seal s where s.ledger = 'log' and s.district = t.district and t.seq between s.first and s.last and s.last <= upto;
    update message m set wall_at = l.wall_at from log l where l.district = m.district and l.seq = m.seq and l.message_id = m.id;
$$;

-- @n more rows of both in @whose, copies of the last one, three to a seal, written at @instant.
create function pg_temp.age_more(whose text, n int, instant timestamptz) returns void language plpgsql as $$
declare
    end_stream bigint;
    end_log bigint;
begin
    select stream_seq, log_seq into end_stream, end_log from head where district = whose;
    insert into stream (district, seq, wall_at, digest, event_id, type, at, cause_id, trace_id, account, may_skip, payload)
    select district, seq + i, instant + (i - 1) / 3 * interval '1 microsecond', digest, gen_random_uuid(), type, at, cause_id, trace_id, account, may_skip, payload
      from stream, generate_series(1, n) i where district = whose and seq = end_stream;
    insert into log (district, seq, wall_at, digest, message_id, type, at, account, trace_id, request_digest, outcome, code, field, note, reply)
    select district, seq + i, instant + (i - 1) / 3 * interval '1 microsecond', digest, gen_random_uuid(), type, at, account, trace_id, request_digest, outcome, code,
           field, note, reply
      from log, generate_series(1, n) i where district = whose and seq = end_log;
    insert into seal (district, ledger, first, last, algorithm, root, hash)
    select whose, l.name, l.seq + i, least(l.seq + i + 2, l.seq + n), 'sha256', sha256(''), sha256('')
      from (values ('stream', end_stream), ('log', end_log)) as l (name, seq), generate_series(1, n, 3) i;
    update head set stream_seq = stream_seq + n, log_seq = log_seq + n where district = whose;
end
$$;

create function pg_temp.age_field(b bytea) returns bytea language sql as $$
    select case when b is null then '\xffffffff'::bytea else int4send(octet_length(b)) || b end
$$;

create function pg_temp.age_root(leaves bytea[]) returns bytea language plpgsql as $$
declare
    n int := cardinality(leaves);
    k int := 1;
begin
    if n = 1 then
        return leaves[1];
    end if;
    while k * 2 < n loop
        k := k * 2;
    end loop;
    return sha256('\x01'::bytea || pg_temp.age_root(leaves[1:k]) || pg_temp.age_root(leaves[k + 1:n]));
end
$$;

create function pg_temp.age_seal(service text) returns void language plpgsql as $$
declare
    chain record;
    s record;
    previous bytea;
    new_root bytea;
begin
    update stream set digest = sha256('\x00'::bytea || pg_temp.age_field('stream') || pg_temp.age_field(convert_to(district, 'UTF8'))
        || pg_temp.age_field(timestamptz_send(wall_at)) || pg_temp.age_field(uuid_send(event_id)) || pg_temp.age_field(textsend(type))
        || pg_temp.age_field(timestamptz_send(at)) || pg_temp.age_field(uuid_send(cause_id)) || pg_temp.age_field(textsend(trace_id))
        || pg_temp.age_field(textsend(account)) || pg_temp.age_field(boolsend(may_skip)) || pg_temp.age_field(payload));
    update log set digest = sha256('\x00'::bytea || pg_temp.age_field('log') || pg_temp.age_field(convert_to(district, 'UTF8'))
        || pg_temp.age_field(timestamptz_send(wall_at)) || pg_temp.age_field(uuid_send(message_id)) || pg_temp.age_field(textsend(type))
        || pg_temp.age_field(timestamptz_send(at)) || pg_temp.age_field(textsend(account)) || pg_temp.age_field(textsend(trace_id))
        || pg_temp.age_field(request_digest) || pg_temp.age_field(textsend(outcome)) || pg_temp.age_field(textsend(code))
        || pg_temp.age_field(textsend(field)) || pg_temp.age_field(textsend(note)) || pg_temp.age_field(reply));
    for chain in select distinct district, ledger from seal where ledger in ('stream', 'log') loop
        previous := sha256('\x03'::bytea || pg_temp.age_field(convert_to(service, 'UTF8')) || pg_temp.age_field(convert_to(chain.ledger, 'UTF8'))
                           || pg_temp.age_field(convert_to(chain.district, 'UTF8')));
        for s in select first, last from seal where district = chain.district and ledger = chain.ledger order by last loop
            execute format('select pg_temp.age_root(array_agg(digest order by seq)) from %I where district = $1 and seq between $2 and $3', chain.ledger)
               into new_root using chain.district, s.first, s.last;
            previous := sha256('\x02'::bytea || previous || new_root || int8send(s.first) || int8send(s.last));
            update seal set root = new_root, hash = previous where district = chain.district and ledger = chain.ledger and last = s.last;
        end loop;
        if chain.ledger = 'stream' then
            update head set stream_hash = previous where district = chain.district;
        else
            update head set log_hash = previous where district = chain.district;
        end if;
    end loop;
end
$$;
