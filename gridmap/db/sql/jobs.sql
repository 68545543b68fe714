-- Long work asked for over HTTP.

-- insert_job --
-- Let a job wait for a worker.
INSERT INTO gridmap.job (kind, question, author) VALUES (:kind, CAST(:question AS jsonb), :author) RETURNING id;

-- insert_done_job --
-- Note a question that was answered before.
INSERT INTO gridmap.job (kind, question, author, state, study_id, finished_at)
VALUES (:kind, CAST(:question AS jsonb), :author, 'done', :study_id, now()) RETURNING id;

-- forget_jobs --
-- Forget jobs that ended so many days ago, so that questions of strangers fill no disk.
DELETE FROM gridmap.job WHERE finished_at < now() - make_interval(days => :days);

-- count_waiting_jobs --
-- How many jobs wait.
SELECT count(*) FROM gridmap.job WHERE state = 'waiting';

-- job_by_id --
-- A job as it stands.
SELECT id, kind, question, author, state, stage, done, total, cancel, at_once, study_id, file, problem, created_at, finished_at
FROM gridmap.job WHERE id = :job_id;

-- claim_job --
-- Take the job that has waited longest, or one whose worker gave no sign of life for too long; nobody else gets it.
UPDATE gridmap.job SET state = 'running', beat_at = now(), stage = '', done = 0, total = 0, at_once = NULL
WHERE id = (
    SELECT id FROM gridmap.job
    WHERE state = 'waiting' OR (state = 'running' AND beat_at < now() - make_interval(secs => :silence_seconds))
    ORDER BY created_at, id FOR UPDATE SKIP LOCKED LIMIT 1
)
RETURNING id, kind, question, author, cancel;

-- beat_job --
-- Tell how far a running job is and what it found at once, and hear whether it shall stop.
UPDATE gridmap.job SET stage = :stage, done = :done, total = :total, at_once = CAST(:at_once AS jsonb), beat_at = now()
WHERE id = :job_id AND state = 'running' RETURNING cancel;

-- finish_job --
-- End a running job.
UPDATE gridmap.job SET state = :state, study_id = :study_id, file = CAST(:file AS jsonb), problem = CAST(:problem AS jsonb), finished_at = now()
WHERE id = :job_id AND state = 'running';

-- cancel_job --
-- End a job that waits, or ask a running one to stop; what has ended stays as it is.
UPDATE gridmap.job SET cancel = true,
    state = CASE WHEN state = 'waiting' THEN 'cancelled' ELSE state END,
    finished_at = CASE WHEN state = 'waiting' THEN now() ELSE finished_at END
WHERE id = :job_id AND state IN ('waiting', 'running');

-- jobs_with_files --
-- Jobs that make files and are not forgotten.
SELECT id FROM gridmap.job WHERE kind = 'export';
