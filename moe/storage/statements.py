"""What is written into the record of runs, and asked of it, statement by statement."""

INSERT_RUN = (
    "INSERT INTO runs (run_id, correlation_id, question, status, started, pid, process_start, host)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
INSERT_EVENT = "INSERT INTO events (run_id, sequence, at, kind, task_id, agent, data) VALUES (?, ?, ?, ?, ?, ?, ?)"
QUEUE_RUN = (
    "INSERT INTO runs (run_id, correlation_id, question, status, started, pid, process_start, host, needs)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
QUEUE_EVENT = f"{INSERT_EVENT} ON CONFLICT DO NOTHING"
# Of a worker's run: only as long as it is that worker's, for one that was silent may wake up and go on.
_IS_MINE = "EXISTS (SELECT 1 FROM runs WHERE run_id = ? AND process_start = ? AND status = 'running')"
FENCED_EVENT = (
    f"INSERT INTO events (run_id, sequence, at, kind, task_id, agent, data) SELECT ?, ?, ?, ?, ?, ?, ? WHERE {_IS_MINE}"
)
INSERT_SNAPSHOT = "INSERT INTO snapshots (digest, data) VALUES (?, ?) ON CONFLICT DO NOTHING"
INSERT_VALUE = "INSERT INTO kept_values (run_id, digest, data) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
SELECT_VALUE = "SELECT data FROM kept_values WHERE run_id = ? AND digest = ?"
INSERT_STEP = "INSERT INTO steps (run_id, step, outcome) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
FENCED_STEP = f"INSERT INTO steps (run_id, step, outcome) SELECT ?, ?, ? WHERE {_IS_MINE} ON CONFLICT DO NOTHING"
APART = frozenset((INSERT_EVENT, FENCED_EVENT, INSERT_SNAPSHOT, INSERT_VALUE, INSERT_STEP, FENCED_STEP))
"""Rows of tables of their own, which no other of these statements looks at."""

CANCEL_RUN = "INSERT INTO cancellations (run_id, at) VALUES (?, ?) ON CONFLICT DO NOTHING"
END_RUN = "UPDATE runs SET status = ?, finished = ? WHERE run_id = ? AND status = ?"
END_WAITING = "UPDATE runs SET status = 'cancelled', result = ?, finished = ? WHERE run_id = ? AND status = 'waiting'"
DECIDE_RUN = "UPDATE runs SET result = ? WHERE run_id = ? AND status = 'waiting' AND result = ?"
APPEND_EVENT = (
    "INSERT INTO events (run_id, sequence, at, kind, task_id, agent, data)"
    " SELECT ?, max(sequence) + 1, ?, ?, ?, ?, ? FROM events WHERE run_id = ?"
)
FINISH_RUN = "UPDATE runs SET status = ?, finished = ?, result = ? WHERE run_id = ?"
FENCED_FINISH = f"{FINISH_RUN} AND process_start = ? AND status = 'running'"
RATE_RUN = (
    "INSERT INTO ratings (run_id, verdict, note, at) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (run_id) DO UPDATE SET verdict = excluded.verdict, note = excluded.note, at = excluded.at"
)
BEGIN_CONVERSATION = (
    "INSERT INTO conversation_turns (run_id, conversation_id)"
    " SELECT run_id, run_id FROM runs WHERE run_id = ? ON CONFLICT DO NOTHING"
)
INSERT_TURN = "INSERT INTO conversation_turns (run_id, conversation_id) VALUES (?, ?) ON CONFLICT DO NOTHING"
SELECT_WAITING = (
    "SELECT run_id, needs, (SELECT count(*) FROM events WHERE events.run_id = runs.run_id) AS event_count"
    " FROM runs WHERE status = ? ORDER BY started, run_id"
)
