-- Imports into the registry as they were done, with the rows that were refused (a document.Table).
create table registry_import (
    district text not null,
    import_id text not null,
    kind text not null,
    imported_at timestamptz not null,
    account text not null,
    file_sha256 text,
    added bigint not null,
    changed bigint not null,
    unchanged bigint not null,
    refused bigint not null,
    refused_rows bytea,
    primary key (district, import_id)
);
create index registry_import_by_time on registry_import (district, imported_at, import_id);
