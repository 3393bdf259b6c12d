-- What an objection is followed with, as SHA-256; null: filed where nobody was told a code. What whoever follows it is shown.
alter table objection add column follow_sha256 text;
alter table objection add column public_summary text;
