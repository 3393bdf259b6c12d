-- $1 district, $2 application
select a.application_id, a.programme_id, a.category, a.subject_id, a.subject_kind, a.name, a.route, a.state, a.version, a.rev, a.step,
    a.subdistrict, a.enterprise_id, a.enterprise_name, a.manager_id, a.drafter_role, a.drafter_region, a.drafter_subject, a.submitted_at, a.reason, a.paper_day, a.paper_copies, a.paper_receipt, a.paper_by
  from application a where a.district = $1 and a.application_id = $2::uuid
