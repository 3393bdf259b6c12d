-- Applications are listed by programme, in the order of their ids.
create index application_of_programme on application (district, programme_id, application_id);
