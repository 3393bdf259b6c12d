-- $1 district, $2 at, $3 account, $4 cause, then as in project_diff
with put as (
    insert into project (district, project_id, site_id, enterprise_id, manager_id, area_m2, from_day, to_day)
    select $1, u.id, u.site, u.enterprise, u.manager, u.area::bigint, u.from_day::date, u.to_day::date
      from unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[])
          as u(id, site, enterprise, manager, area, from_day, to_day)
    on conflict (district, project_id) do update set site_id = excluded.site_id, enterprise_id = excluded.enterprise_id,
        manager_id = excluded.manager_id, area_m2 = excluded.area_m2, from_day = excluded.from_day, to_day = excluded.to_day
    returning *)
insert into registry_history (district, kind, subject_id, at, account, cause_id, content)
select district, 'project', project_id, $2::timestamptz, $3, $4::uuid, to_jsonb(put) from put
