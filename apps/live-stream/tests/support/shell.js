// A shell and a vendor made of plain JavaScript. Evaluated as the body of a function; returns the
// object that the tests drive.
const calls = [];
const handlers = new Map();
const sockets = [];

class Vendor {
  constructor(url) {
    this.url = url;
    this.readyState = 0;
    this.sent = [];
    sockets.push(this);
    queueMicrotask(() => {
      if (this.readyState !== 0) return;
      if (shell.refuses) return this.drop();
      this.readyState = 1;
      this.onopen?.({});
    });
  }
  send(text) { this.sent.push(JSON.parse(text)); }
  close() { this.readyState = 3; }
  drop() { this.readyState = 3; this.onclose?.({}); }
}
for (const [index, name] of ["CONNECTING", "OPEN", "CLOSING", "CLOSED"].entries()) Vendor[name] = index;
window.WebSocket = Vendor;

const table = (id, game, name) => ({
  id, game, name, dealer: "Ada", min_minor: 100, max_minor: 50000, currency: "EUR", seated: 3, online: true,
  feed_url: "ws://vendor/feed", video_url: "data:,", still_url: "data:,",
});
const tables = (online = true) => ({
  tables: [table("roulette-1", "roulette", "Azure Roulette"), table("baccarat-1", "baccarat", "Jade Baccarat")],
  offline_since_ms: online ? null : 1700000000000,
});
const outcome = (round, number) => ({
  round, number, winner: null, player_points: null, banker_points: null, player_pair: false, banker_pair: false,
});
const controller = new AbortController();
const root = document.createElement("div");
document.body.append(root);

const shell = {
  calls, sockets, root, controller, tables, outcome,
  refuses: false,
  answers: {
    "/api/live/tables": { status: 200, body: tables() },
    "/api/live/launch": { status: 201, body: { token: "token", expires_at_ms: 2000000000000 } },
  },
  host: {
    abi: 1, name: "live-stream", instance: "live-1", locale: "en", theme: "dark", messages: {}, restored: null, root,
    props: { view: "main", path: "/live", params: {} },
    signal: controller.signal,
    publish: (topic, payload) => calls.push(["publish", topic, payload]),
    subscribe: (topic, handler) => {
      handlers.set(topic, handler);
      if (topic === "session.changed" && shell.player) handler({ player: { id: "p", name: "Ada", demo: true } });
      return () => handlers.delete(topic);
    },
    navigate: (path) => calls.push(["navigate", path]),
    report: (level, message) => calls.push(["report", level, message]),
    fail: (message) => calls.push(["fail", message]),
    request: async ({ path, body }) => {
      calls.push(["request", path, body]);
      const answer = shell.answers[path];
      if (!answer) throw Object.assign(new Error("offline"), { name: "Offline" });
      return answer;
    },
  },
  player: true,
  deliver: (topic, payload) => handlers.get(topic)?.(payload),
  vendor: () => sockets.at(-1),
  say: (type, frame) => sockets.at(-1).onmessage?.({ data: JSON.stringify({ type, ...frame }) }),
  sent: (type) => sockets.flatMap((socket) => socket.sent).filter((frame) => frame.type === type),
  snapshot: (changes = {}) => shell.say("snapshot", {
    now_ms: Date.now(),
    state: {
      table: "roulette-1", seq: 7, game: "roulette", round: "r1", phase: "open", phase_ends_at_ms: Date.now() + 9000,
      phase_ms: 15000, dealt: [], outcome: null, history: [outcome("r0", 17), outcome("q9", 0)], seated: 3,
      video_live: true, ...changes,
    },
  }),
  delta: (seq, changes) => shell.say("delta", {
    table: "roulette-1", seq, round: null, phase: null, phase_ends_at_ms: null, phase_ms: null, dealt: null,
    outcome: null, seated: null, video_live: null, ...changes,
  }),
  // What the vendor answers to a launch.
  launched: (bets = []) => {
    shell.say("launched", { table: "roulette-1", currency: "EUR" });
    shell.bets(bets);
  },
  bets: (bets) => shell.say("bets", { table: "roulette-1", round: "r1", bets, staked_minor: 0 }),
  one: (test) => root.querySelector(`[data-test="${test}"]`),
  all: (test) => [...root.querySelectorAll(`[data-test="${test}"]`)],
  spot: (name) => root.querySelector(`[data-test="spot"][data-spot="${name}"]`),
  pile: (name) => root.querySelector(`[data-test="pile"][data-spot="${name}"]`),
};
return shell;
