-- Who ran a project, also after somebody else took over: conduct is often recorded later than that.
create table project_manager (
    district text not null,
    project_id text not null,
    manager_id text not null,
    enterprise_id text not null,
    primary key (district, project_id, manager_id)
);
insert into project_manager (district, project_id, manager_id, enterprise_id)
select district, project_id, manager_id, enterprise_id from project;
