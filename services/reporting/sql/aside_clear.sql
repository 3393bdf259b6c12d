-- run in the aside schema only
truncate timeline, timeline_subject, subject, progress, dossier
