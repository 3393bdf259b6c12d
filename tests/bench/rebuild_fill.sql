-- SPDX-License-Identifier: Apache-2.0
-- Events :from to :to of one district appended to intake's stream, as its commands would have said them: of every four one
-- enterprise registered, and its application submitted, forwarded and accepted. What hearers read is valid; the
-- digests and seals are not (nobody recomputes them here). The only place of the bench that knows the stream's columns.
-- Run with search_path = intake and \set district, from, to.

-- A field of text shorter than 128 bytes: key, length, bytes. All of it is valid UTF-8, so that a message is built as text.
create function pg_temp.field(number int, value text) returns text language sql immutable
    return chr(number * 8 + 2) || chr(octet_length(value)) || value;
-- Field 1 of an event: the message about the thing, up to 16383 bytes long.
create function pg_temp.event(thing bytea) returns bytea language sql immutable
    return set_byte(set_byte('\x0a0000'::bytea, 1, 128 | (octet_length(thing) & 127)), 2, octet_length(thing) >> 7) || thing;

insert into stream (district, seq, wall_at, digest, event_id, type, at, cause_id, trace_id, account, may_skip, payload)
select :'district', n, now(), '\x00', md5('event' || n)::uuid,
       case n % 4 when 0 then 'intake.EnterpriseRegistered' when 1 then 'intake.ApplicationSubmitted'
                  when 2 then 'intake.ApplicationForwarded' else 'intake.ApplicationAccepted' end,
       timestamptz '2023-06-01 00:00:00+08' + n * interval '1 second', md5('cause' || n)::uuid, null, 'sample-' || n % 100, false,
       case n % 4 when 0 then
           pg_temp.event(convert_to(pg_temp.field(1, '91' || left(md5('subject' || n / 4), 16))
               || pg_temp.field(2, '样例测速物业' || n / 4), 'UTF8'))
       else
           pg_temp.event(convert_to(pg_temp.field(1, md5('application' || n / 4)::uuid::text)
               || pg_temp.field(2, 'bench-programme-' || 2000 + n / 4 % 8)
               || pg_temp.field(3, 'enterprise')
               || pg_temp.field(4, '91' || left(md5('subject' || n / 4), 16))
               || pg_temp.field(5, 'enterprise')
               || pg_temp.field(6, '样例测速物业' || n / 4)
               || pg_temp.field(7, 'self')
               || pg_temp.field(8, case n % 4 when 1 then 'submitted' when 2 then 'forwarded' else 'accepted' end)
               || chr(72) || chr(1), 'UTF8')) -- version = 1
           || case n % 4 when 2 then convert_to(pg_temp.field(2, 'subdistrict'), 'UTF8') else '' end
       end
  from generate_series(:from::bigint, :to::bigint) n;

insert into head (district, stream_seq, stream_hash, log_hash)
values (:'district', :to, decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'))
on conflict (district) do update set stream_seq = excluded.stream_seq;
insert into seal (district, ledger, first, last, algorithm, root, hash)
values (:'district', 'stream', :from, :to, 'sha256', decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'));
