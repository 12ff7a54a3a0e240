BEGIN TRANSACTION;
CREATE TABLE events (
	run_id TEXT NOT NULL, 
	sequence INTEGER NOT NULL, 
	at REAL NOT NULL, 
	kind TEXT NOT NULL, 
	task_id TEXT, 
	agent TEXT NOT NULL, 
	data TEXT NOT NULL, 
	PRIMARY KEY (run_id, sequence), 
	FOREIGN KEY(run_id) REFERENCES runs (run_id) ON DELETE CASCADE
)
 WITHOUT ROWID,
 STRICT

;
INSERT INTO "events" VALUES('20260114-081501-0a1b2c3d',1,1768378502.0,'run.started',NULL,'','{}');
INSERT INTO "events" VALUES('20260114-081501-0a1b2c3d',2,1768378503.0,'observer.note',NULL,'','{"text":"höher"}');
INSERT INTO "events" VALUES('20260114-081501-0a1b2c3d',3,1768378504.0,'run.finished',NULL,'','{}');
INSERT INTO "events" VALUES('20260114-081502-0a1b2c3d',1,1768378503.0,'run.started',NULL,'','{}');
CREATE TABLE runs (
	run_id TEXT NOT NULL, 
	correlation_id TEXT NOT NULL, 
	question TEXT NOT NULL, 
	status TEXT NOT NULL, 
	started REAL NOT NULL, 
	finished REAL, 
	pid INTEGER NOT NULL, 
	process_start TEXT NOT NULL, 
	host TEXT NOT NULL, 
	result TEXT, 
	PRIMARY KEY (run_id), 
	CHECK (run_id <> '')
)
 STRICT

;
INSERT INTO "runs" VALUES('20260114-081501-0a1b2c3d','c-1','Who owned the mill?','done',1768378501.0,1.79603691638986396792e+09,4711,'','mill','{"answer": "Ada owned it."}');
INSERT INTO "runs" VALUES('20260114-081502-0a1b2c3d','c-2','Wer besaß die Mühle?','running',1768378502.0,NULL,4711,'','mill',NULL);
CREATE INDEX runs_by_start ON runs (started);
COMMIT;
PRAGMA user_version = 1;
