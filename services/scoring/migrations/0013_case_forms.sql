-- Written material may be a filled form (复评表), with or without a file; a file may belong to a field of it.
alter table case_material alter column file_sha256 drop not null;
alter table case_material alter column file_name drop not null;
alter table case_material add column field text;
create table case_form_field (
    district text not null,
    case_id text not null,
    material_id text not null,
    place bigint not null,
    name text not null,
    item bigint,
    cell text,
    value text not null,
    primary key (district, case_id, material_id, place),
    foreign key (district, case_id, material_id) references case_material
);
