BEGIN TRANSACTION;
CREATE TABLE cancellations (
        run_id TEXT NOT NULL PRIMARY KEY REFERENCES runs (run_id) ON DELETE CASCADE,
        at REAL NOT NULL
    ) WITHOUT ROWID, STRICT
    ;
CREATE TABLE conversation_turns (
        run_id TEXT NOT NULL PRIMARY KEY REFERENCES runs (run_id) ON DELETE CASCADE,
        conversation_id TEXT NOT NULL
    ) WITHOUT ROWID, STRICT
    ;
CREATE TABLE events (
        run_id TEXT NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
        sequence INTEGER NOT NULL,
        at REAL NOT NULL,
        kind TEXT NOT NULL,
        task_id TEXT,
        agent TEXT NOT NULL,
        data TEXT NOT NULL,
        PRIMARY KEY (run_id, sequence)
    ) WITHOUT ROWID, STRICT
    ;
INSERT INTO "events" VALUES('20261130-110816-33c984fe',1,1.796036896799336195e+09,'run.started',NULL,'','{"request":{"question":"Who restored the tidal mill?","docs":["docs"],"top":"camina","belter":null,"drummer":null,"provider":null,"model":null,"mode":null,"deadline_seconds":null,"budget":null,"web":false,"personas":[],"experts":null,"explain":false,"stream":false,"conversation_id":null,"correlation_id":null},"folder":"/home/ada/mill"}');
INSERT INTO "events" VALUES('20261130-110816-33c984fe',2,1.79603689686210274694e+09,'route.chosen',NULL,'','{"route":"knowledge","belters":["knowledge"],"scores":{"knowledge":0.9315214150245803,"general":0.058110768912401266,"research":0.00782295940145164,"analysis":0.0010595837779155109,"document":0.0008322805726382174,"property":0.0006529923110130755},"runner_up":"general","why":"\"mill\", \"restored\" and \"tidal\" speak for knowledge (93%), with a plain question next (6%)"}');
INSERT INTO "events" VALUES('20261130-110816-33c984fe',3,1.79603689687385272974e+09,'chain.assembled',NULL,'','{"camina":{"name":"camina","role":"camina","full_id":"bundled/modelfiles/camina.moe:camina","served":{"provider":"extractive","model":"mistral-small:22b","base_url":"","instead_of":""},"fallbacks":[],"tools":[]},"belters":[{"name":"knowledge","role":"belter","full_id":"bundled/modelfiles/belters/knowledge.moe:knowledge","served":{"provider":"extractive","model":"mistral:7b","base_url":"","instead_of":""},"fallbacks":[],"tools":["document_search","web_search"]}],"drummers":[{"name":"analysis","role":"drummer","full_id":"bundled/modelfiles/drummers/analysis.moe:analysis","served":{"provider":"extractive","model":"mistral:7b","base_url":"","instead_of":""},"fallbacks":[],"tools":["table_statistics","calculator","property_finance","document_search","table_answer"]},{"name":"api","role":"drummer","full_id":"bundled/modelfiles/drummers/api.moe:api","served":{"provider":"extractive","model":"llama3.2:3b","base_url":"","instead_of":""},"fallbacks":[],"tools":["http_api"]},{"name":"content","role":"drummer","full_id":"bundled/modelfiles/drummers/content.moe:content","served":{"provider":"extractive","model":"mistral:7b","base_url":"","instead_of":""},"fallbacks":[],"tools":["document_search","document_outline"]},{"name":"search","role":"drummer","full_id":"bundled/modelfiles/drummers/search.moe:search","served":{"provider":"extractive","model":"llama3.2:3b","base_url":"","instead_of":""},"fallbacks":[],"tools":["document_search","table_answer","web_search","academic_search","news"]}],"observer":{"name":"observer","role":"observer","full_id":"bundled/modelfiles/observer.moe:observer","served":{"provider":"extractive","model":"llama3.2:3b","base_url":"","instead_of":""},"fallbacks":[],"tools":[]},"retriever":"lexical","walkers":[],"edges":[["camina:camina","belter:knowledge"],["belter:knowledge","drummer:analysis"],["belter:knowledge","drummer:api"],["belter:knowledge","drummer:content"],["belter:knowledge","drummer:search"]],"warnings":[],"choice":{"provider":"extractive","about":"embedded, no language model","stand_ins":{},"missing":[],"passed_over":[{"provider":"ollama","why":"ollama at http://127.0.0.1:11434 cannot be reached; start it with: ollama serve, or set providers.ollama.base_url in config/providers.yaml","is_named":false,"asks_for":""},{"provider":"openai","why":"openai at http://127.0.0.1:8080 cannot be reached; start one, for example llama-server -m MODEL.gguf, or set providers.openai.base_url in config/providers.yaml","is_named":false,"asks_for":""},{"provider":"nemotron","why":"not asked: it is not on this machine, and config/providers.yaml has no entry for it","is_named":false,"asks_for":""},{"provider":"reader","why":"no reader model is there; moe models pull --provider reader optimum/roberta-base-squad2, or name a model''s folder: providers.reader.options.model in config/providers.yaml","is_named":false,"asks_for":""}],"has_model":false},"mode":"quotes","mode_reason":""}');
INSERT INTO "events" VALUES('20261130-110816-33c984fe',4,1.79603689689968442919e+09,'documents.loaded',NULL,'','{"documents":1,"passages":1,"notes":[],"fingerprint":"d61d4b1ee009cc567df861541587e20c","changes":[],"vectors_by":"","is_vectors_local":false}');
INSERT INTO "events" VALUES('20261130-110816-33c984fe',5,1.79603689690251064302e+09,'task.started','20261130-110816-33c984fe/1','camina','{"role":"camina","parent_id":null,"capability":"knowledge","instruction":"Who restored the tidal mill?"}');
INSERT INTO "events" VALUES('20261130-110816-33c984fe',6,1.79603689690332365036e+09,'task.started','20261130-110816-33c984fe/1/1','knowledge','{"role":"belter","parent_id":"20261130-110816-33c984fe/1","capability":"knowledge","instruction":"Who restored the tidal mill?"}');
INSERT INTO "events" VALUES('20261130-110816-33c984fe',7,1.79603689690412926679e+09,'model.called','20261130-110816-33c984fe/1/1','knowledge','{"provider":"extractive","model":"mistral:7b","purpose":"decompose"}');
INSERT INTO "events" VALUES('20261130-110816-33c984fe',8,1.79603689690441727642e+09,'model.answered','20261130-110816-33c984fe/1/1','knowledge','{"provider":"extractive","model":"mistral:7b","purpose":"decompose","seconds":0.0002470660001563374,"prompt_tokens":0,"completion_tokens":0}');
INSERT INTO "events" VALUES('20261130-110816-33c984fe',9,1.79603689691421556469e+09,'task.started','20261130-110816-33c984fe/1/1/1','search','{"role":"drummer","parent_id":"20261130-110816-33c984fe/1/1","capability":"search","instruction":"Who restored the tidal mill?"}');
INSERT INTO "events" VALUES('20261130-110816-33c984fe',10,1.79603689691615700727e+09,'model.called','20261130-110816-33c984fe/1/1/1','search','{"provider":"extractive","model":"llama3.2:3b","purpose":"choose_tools"}');
INSERT INTO "events" VALUES('20261130-110816-33c984fe',11,1.79603689691638016695e+09,'model.answered','20261130-110816-33c984fe/1/1/1','search','{"provider":"extractive","model":"llama3.2:3b","purpose":"choose_tools","seconds":0.00018457899932400323,"prompt_tokens":0,"completion_tokens":0}');
INSERT INTO "events" VALUES('20261130-110816-33c984fe',12,1.79603689691690659524e+09,'tool.called','20261130-110816-33c984fe/1/1/1','search','{"tool":"document_search","params":{"query":"Who restored the tidal mill?","k":8}}');
INSERT INTO "events" VALUES('20261130-110816-33c984fe',13,1.79603689695081210134e+09,'expert.chosen','20261130-110816-33c984fe/1/1/1','search','{"persona":"generalist","query":"Who restored the tidal mill?","cost":0.2,"reason":"feedback knows it best at questions of the kind ''name''","numbers":{"mean":0.7333,"at_least":0.399,"observations":0.0},"failure":""}');
INSERT INTO "events" VALUES('20261130-110816-33c984fe',14,1.79603689695099043841e+09,'expert.scored','20261130-110816-33c984fe/1/1/1','search','{"persona":"generalist","query":"Who restored the tidal mill?","question_kind":"name","score":1.0,"parts":{"coverage":1.0},"is_leading":true,"added":0,"counts":true}');
INSERT INTO "events" VALUES('20261130-110816-33c984fe',15,1.79603689695104479793e+09,'tool.answered','20261130-110816-33c984fe/1/1/1','search','{"tool":"document_search","seconds":0.034124912999686785,"evidence":1}');
INSERT INTO "events" VALUES('20261130-110816-33c984fe',16,1.7960368969511339664e+09,'tool.called','20261130-110816-33c984fe/1/1/1','search','{"tool":"table_answer","params":{"question":"Who restored the tidal mill?"}}');
INSERT INTO "events" VALUES('20261130-110816-33c984fe',17,1.79603689695910477639e+09,'expert.chosen','20261130-110816-33c984fe/1/1/1','search','{"persona":"generalist","query":"Who restored the tidal mill?","cost":0.2,"reason":"feedback knows it best at questions of the kind ''name''","numbers":{"mean":0.7333,"at_least":0.399,"observations":0.0},"failure":""}');
INSERT INTO "events" VALUES('20261130-110816-33c984fe',18,1.79603689695914435389e+09,'expert.scored','20261130-110816-33c984fe/1/1/1','search','{"persona":"generalist","query":"Who restored the tidal mill?","question_kind":"name","score":1.0,"parts":{"coverage":1.0},"is_leading":true,"added":0,"counts":true}');
INSERT INTO "events" VALUES('20261130-110816-33c984fe',19,1.79603689695915746688e+09,'tool.answered','20261130-110816-33c984fe/1/1/1','search','{"tool":"table_answer","seconds":0.00801387199862802,"evidence":0}');
INSERT INTO "events" VALUES('20261130-110816-33c984fe',20,1.79603689695999908446e+09,'model.called','20261130-110816-33c984fe/1/1/1','search','{"provider":"extractive","model":"llama3.2:3b","purpose":"execute"}');
INSERT INTO "events" VALUES('20261130-110816-33c984fe',21,1.79603689696780180929e+09,'model.answered','20261130-110816-33c984fe/1/1/1','search','{"provider":"extractive","model":"llama3.2:3b","purpose":"execute","seconds":0.007742165000308887,"prompt_tokens":0,"completion_tokens":0}');
INSERT INTO "events" VALUES('20261130-110816-33c984fe',22,1.79603689696814727786e+09,'task.finished','20261130-110816-33c984fe/1/1/1','search','{"role":"drummer","status":"done","statements":1,"evidence":1,"seconds":0.053910017013549805,"error":null,"notes":[]}');
INSERT INTO "events" VALUES('20261130-110816-33c984fe',23,1.79603689696843361856e+09,'model.called','20261130-110816-33c984fe/1/1','knowledge','{"provider":"extractive","model":"mistral:7b","purpose":"merge"}');
INSERT INTO "events" VALUES('20261130-110816-33c984fe',24,1.79603689697275567052e+09,'model.answered','20261130-110816-33c984fe/1/1','knowledge','{"provider":"extractive","model":"mistral:7b","purpose":"merge","seconds":0.004284376000214252,"prompt_tokens":0,"completion_tokens":0}');
INSERT INTO "events" VALUES('20261130-110816-33c984fe',25,1.7960368969777312279e+09,'task.finished','20261130-110816-33c984fe/1/1','knowledge','{"role":"belter","status":"done","statements":1,"evidence":1,"seconds":0.07438468933105469,"error":null,"notes":[]}');
INSERT INTO "events" VALUES('20261130-110816-33c984fe',26,1.79603689697835183138e+09,'model.called','20261130-110816-33c984fe/1','camina','{"provider":"extractive","model":"mistral-small:22b","purpose":"synthesise"}');
INSERT INTO "events" VALUES('20261130-110816-33c984fe',27,1.79603689697971367835e+09,'model.answered','20261130-110816-33c984fe/1','camina','{"provider":"extractive","model":"mistral-small:22b","purpose":"synthesise","seconds":0.0013310229987837374,"prompt_tokens":0,"completion_tokens":0}');
INSERT INTO "events" VALUES('20261130-110816-33c984fe',28,1.79603689697984838483e+09,'task.finished','20261130-110816-33c984fe/1','camina','{"role":"camina","status":"done","statements":1,"evidence":1,"seconds":0.07729220390319824,"error":null,"notes":[]}');
INSERT INTO "events" VALUES('20261130-110816-33c984fe',29,1.79603689698627305031e+09,'observer.note',NULL,'','{"severity":"info","text":"The answer rests on a single passage."}');
INSERT INTO "events" VALUES('20261130-110816-33c984fe',30,1.79603689698629689214e+09,'observer.note',NULL,'','{"severity":"info","text":"No language model was used."}');
INSERT INTO "events" VALUES('20261130-110816-33c984fe',31,1.79603689698907923702e+09,'run.finished',NULL,'','{"status":"done","degraded":false,"citations":1,"error":null}');
CREATE TABLE ratings (
        run_id TEXT NOT NULL PRIMARY KEY REFERENCES runs (run_id) ON DELETE CASCADE,
        verdict TEXT NOT NULL CHECK (verdict IN ('good', 'bad')),
        note TEXT NOT NULL,
        at REAL NOT NULL
    ) WITHOUT ROWID, STRICT
    ;
CREATE TABLE runs (
        run_id TEXT NOT NULL PRIMARY KEY CHECK (run_id <> ''),
        correlation_id TEXT NOT NULL,
        question TEXT NOT NULL,
        status TEXT NOT NULL,
        started REAL NOT NULL,
        finished REAL,
        pid INTEGER NOT NULL,
        process_start TEXT NOT NULL,
        host TEXT NOT NULL,
        result TEXT
    ) STRICT
    ;
INSERT INTO "runs" VALUES('20261130-110816-33c984fe','dc95011dea094d209bda5c7441c6da93','Who restored the tidal mill?','done',1.79603689679826498027e+09,1.79603689698936414714e+09,4551,'1374272','mill','{"run_id":"20261130-110816-33c984fe","correlation_id":"dc95011dea094d209bda5c7441c6da93","question":"Who restored the tidal mill?","status":"done","conversation_id":"","asked_as":"","degraded":false,"answer":"Ada Byron restored the tidal mill in 1998. [1]\n\nNo language model was used: the sentences above are taken from the documents as they stand.","short_answer":"Ada Byron","confidence":0.35,"citations":[{"document":"docs/a.txt","passage_id":"docs/a.txt#1","start":0,"end":42,"text":"Ada Byron restored the tidal mill in 1998.","score":1.0,"page":""}],"route":{"route":"knowledge","belters":["knowledge"],"scores":{"knowledge":0.9315214150245803,"general":0.058110768912401266,"research":0.00782295940145164,"analysis":0.0010595837779155109,"document":0.0008322805726382174,"property":0.0006529923110130755},"runner_up":"general","why":"\"mill\", \"restored\" and \"tidal\" speak for knowledge (93%), with a plain question next (6%)"},"chain":{"camina":{"name":"camina","role":"camina","full_id":"bundled/modelfiles/camina.moe:camina","served":{"provider":"extractive","model":"mistral-small:22b","base_url":"","instead_of":""},"fallbacks":[],"tools":[]},"belters":[{"name":"knowledge","role":"belter","full_id":"bundled/modelfiles/belters/knowledge.moe:knowledge","served":{"provider":"extractive","model":"mistral:7b","base_url":"","instead_of":""},"fallbacks":[],"tools":["document_search","web_search"]}],"drummers":[{"name":"analysis","role":"drummer","full_id":"bundled/modelfiles/drummers/analysis.moe:analysis","served":{"provider":"extractive","model":"mistral:7b","base_url":"","instead_of":""},"fallbacks":[],"tools":["table_statistics","calculator","property_finance","document_search","table_answer"]},{"name":"api","role":"drummer","full_id":"bundled/modelfiles/drummers/api.moe:api","served":{"provider":"extractive","model":"llama3.2:3b","base_url":"","instead_of":""},"fallbacks":[],"tools":["http_api"]},{"name":"content","role":"drummer","full_id":"bundled/modelfiles/drummers/content.moe:content","served":{"provider":"extractive","model":"mistral:7b","base_url":"","instead_of":""},"fallbacks":[],"tools":["document_search","document_outline"]},{"name":"search","role":"drummer","full_id":"bundled/modelfiles/drummers/search.moe:search","served":{"provider":"extractive","model":"llama3.2:3b","base_url":"","instead_of":""},"fallbacks":[],"tools":["document_search","table_answer","web_search","academic_search","news"]}],"observer":{"name":"observer","role":"observer","full_id":"bundled/modelfiles/observer.moe:observer","served":{"provider":"extractive","model":"llama3.2:3b","base_url":"","instead_of":""},"fallbacks":[],"tools":[]},"retriever":"lexical","walkers":[],"edges":[["camina:camina","belter:knowledge"],["belter:knowledge","drummer:analysis"],["belter:knowledge","drummer:api"],["belter:knowledge","drummer:content"],["belter:knowledge","drummer:search"]],"warnings":[],"choice":{"provider":"extractive","about":"embedded, no language model","stand_ins":{},"missing":[],"passed_over":[{"provider":"ollama","why":"ollama at http://127.0.0.1:11434 cannot be reached; start it with: ollama serve, or set providers.ollama.base_url in config/providers.yaml","is_named":false,"asks_for":""},{"provider":"openai","why":"openai at http://127.0.0.1:8080 cannot be reached; start one, for example llama-server -m MODEL.gguf, or set providers.openai.base_url in config/providers.yaml","is_named":false,"asks_for":""},{"provider":"nemotron","why":"not asked: it is not on this machine, and config/providers.yaml has no entry for it","is_named":false,"asks_for":""},{"provider":"reader","why":"no reader model is there; moe models pull --provider reader optimum/roberta-base-squad2, or name a model''s folder: providers.reader.options.model in config/providers.yaml","is_named":false,"asks_for":""}],"has_model":false},"mode":"quotes","mode_reason":""},"usage":{"prompt_tokens":0,"completion_tokens":0,"requests":5,"seconds":0.013789208998787217,"cost":0.0},"models":{"structured":{"asked":5,"calls":5,"valid_first":5,"repaired":0,"retried":0,"failed":0,"problems":{}},"cache_hits":0,"cache_misses":0,"fell_back":false,"answered_by":"extractive"},"timings":{"route":0.0637,"chain":0.0117,"documents":0.0258,"work":0.0865,"total":0.1878},"observer":{"notes":[{"severity":"info","text":"The answer rests on a single passage."},{"severity":"info","text":"No language model was used."}]},"error":null,"data":null,"left_out":[],"changes":[],"explanation":null,"graph":{"query":"Who restored the tidal mill?","digest":"26c233534ffa1ed03d93811f3f6b3353","seconds":0.0326},"nearest":[]}');
CREATE TABLE snapshots (
        digest TEXT NOT NULL PRIMARY KEY,
        data TEXT NOT NULL
    ) WITHOUT ROWID, STRICT
    ;
INSERT INTO "snapshots" VALUES('26c233534ffa1ed03d93811f3f6b3353','{"directed":true,"multigraph":true,"question":"Who restored the tidal mill?","terms":{"restor":0.3333,"tidal":0.3333,"mill":0.3333},"seeds":[{"node_id":"passage:0","passage_id":"docs/a.txt#1","title":"","why":{"found":{"via":"","weight":1.0}}}],"walks":[{"persona":"generalist","traversal":"belief","rounds":0,"visited":0,"reached":1,"hops":1,"paths":[{"passage_id":"docs/a.txt#1","rank":1,"rating":1.0,"steps":[{"node_id":"passage:0","passage_id":"docs/a.txt#1","title":"","kind":"found","via":"","weight":1.0,"strength":0.0,"score":13.628,"covers":["restor","tidal","mill"],"is_visited":false}]}]}],"ranking":[{"rank":1,"node_id":"passage:0","passage_id":"docs/a.txt#1","document_id":"docs/a.txt","title":"","start":0,"end":42,"score":1.0}],"is_cut":false,"seconds":0.0,"nodes":[{"id":"question","kind":"question","text":"Who restored the tidal mill?"},{"id":"passage:0","kind":"passage","text":"Ada Byron restored the tidal mill in 1998.","passage_id":"docs/a.txt#1","document_id":"docs/a.txt","title":"","section":"","start":0,"end":42,"score":13.628,"covers":["restor","tidal","mill"],"reached_by":["generalist"],"visited_by":[],"rank":1,"relevance":1.0}],"edges":[{"source":"question","target":"passage:0","key":"e0","kind":"found","weight":1.0,"via":"","walked_by":["generalist"]}],"is_whole":false}');
CREATE TABLE steps (
        run_id TEXT NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
        step TEXT NOT NULL,
        outcome TEXT NOT NULL,
        PRIMARY KEY (run_id, step)
    ) WITHOUT ROWID, STRICT
    ;
CREATE TABLE workers (
        worker_id TEXT NOT NULL PRIMARY KEY,
        pid INTEGER NOT NULL,
        host TEXT NOT NULL,
        version TEXT NOT NULL,
        concurrency INTEGER NOT NULL,
        lease_seconds REAL NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('live', 'draining', 'lost')),
        started REAL NOT NULL,
        beat REAL NOT NULL
    ) WITHOUT ROWID, STRICT
    ;
CREATE INDEX runs_by_start ON runs (started);
CREATE INDEX turns_by_conversation ON conversation_turns (conversation_id);
COMMIT;
PRAGMA user_version = 6;
