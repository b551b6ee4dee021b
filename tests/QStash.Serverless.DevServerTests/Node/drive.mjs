// Drives a QStash at QSTASH_URL with the official client as it comes from its registry, and checks what an application would notice.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { Client, QstashDailyRatelimitError, QstashError, QstashRatelimitError, Receiver } from "@upstash/qstash";

const { QSTASH_URL: baseUrl, QSTASH_TOKEN: token, QSTASH_CURRENT_SIGNING_KEY: currentSigningKey, QSTASH_NEXT_SIGNING_KEY: nextSigningKey } = process.env;
const qstash = new Client({ baseUrl, token });
const receiver = new Receiver({ currentSigningKey, nextSigningKey });

// The application: it verifies every delivery with the official receiver and answers 500 under /bad.
const received = [];
const forged = [];
const app = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString();
  const url = `http://${request.headers.host}${request.url}`;
  try {
    await receiver.verify({ signature: request.headers["upstash-signature"], body, url });
    received.push({ path: request.url, method: request.method, body, headers: request.headers });
    response.statusCode = request.url.startsWith("/bad") ? 500 : 200;
    response.end("answered");
  } catch (error) {
    forged.push(`${url}: ${error.message}`);
    response.statusCode = 401;
    response.end();
  }
});
await new Promise((resolve) => app.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${app.address().port}`;

const control = async (path, body) => {
  const response = await fetch(`${baseUrl}/_dev/${path}`, { method: "POST", headers: { Authorization: `Bearer ${token}` }, body: body && JSON.stringify(body) });
  assert.ok(response.ok, await response.clone().text());
  return response.status === 204 ? undefined : response.json();
};
const settle = () => control("drain");
const advance = (duration) => control("clock", { advance: duration });
const arrived = (path) => received.filter((r) => r.path === path);
const rejects = (promise, part) => assert.rejects(promise, (error) => error instanceof QstashError && error.message.includes(part));

const parts = {
  async publish() {
    const { messageId } = await qstash.publishJSON({
      url: `${origin}/orders`, body: { id: 1 }, headers: { "X-Tenant": "t-9", "Upstash-Callback-Retries": "1" }, method: "PUT", retries: 2, label: ["red", "blue"],
      callback: `${origin}/callback`, failureCallback: `${origin}/failure`, timeout: 30, redact: { header: ["X-Tenant"] },
    });
    await settle();
    const [delivery] = arrived("/orders");
    assert.equal(delivery.method, "PUT");
    assert.equal(delivery.body, '{"id":1}');
    assert.equal(delivery.headers["x-tenant"], "t-9");
    assert.equal(delivery.headers["upstash-message-id"], messageId);
    const [callback] = arrived("/callback");
    const told = JSON.parse(callback.body);
    assert.equal(told.sourceMessageId, messageId);
    assert.equal(Buffer.from(told.body, "base64").toString(), "answered");
    const message = await qstash.messages.get(messageId);
    assert.deepEqual(message.labels, ["red", "blue"]);
    assert.equal(message.label, "red");
    assert.match(message.header["X-Tenant"][0], /^REDACTED:[0-9a-f]{64}$/);
    assert.equal(message.maxRetries, 2);
  },

  async deduplication() {
    const first = await qstash.publish({ url: `${origin}/once`, body: "x", deduplicationId: "once" });
    const second = await qstash.publish({ url: `${origin}/once`, body: "x", deduplicationId: "once" });
    assert.equal(second.messageId, first.messageId);
    assert.equal(second.deduplicated, true);
    const byContent = await qstash.publish({ url: `${origin}/content`, body: "x", contentBasedDeduplication: true });
    const again = await qstash.publish({ url: `${origin}/content`, body: "x", contentBasedDeduplication: true });
    assert.equal(again.messageId, byContent.messageId);
  },

  async batch() {
    await qstash.urlGroups.addEndpoints({ name: "batch-group", endpoints: [{ url: `${origin}/g1` }, { url: `${origin}/g2`, name: "second" }] });
    const answers = await qstash.batchJSON([
      { url: `${origin}/b1`, body: { n: 1 } },
      { urlGroup: "batch-group", body: { n: 2 } },
      { url: `${origin}/b3`, body: { n: 3 }, queueName: "batch-queue" },
    ]);
    assert.equal(answers.length, 3);
    assert.equal(answers[1].length, 2);
    await settle();
    for (const path of ["/b1", "/g1", "/g2", "/b3"]) assert.equal(arrived(path).length, 1, path);
    await rejects(qstash.urlGroups.addEndpoints({ name: "one-too-many", endpoints: [{ url: `${origin}/g1` }] }), "quota");
    await qstash.urlGroups.delete("batch-group");
  },

  async queue() {
    const queue = qstash.queue({ queueName: "mail" });
    await queue.upsert({ parallelism: 1, paused: true });
    for (const n of [1, 2, 3]) await queue.enqueueJSON({ url: `${origin}/mail`, body: { n } });
    await settle();
    assert.equal(arrived("/mail").length, 0);
    const held = await queue.get();
    assert.deepEqual([held.name, held.parallelism, held.paused, held.lag], ["mail", 1, true, 3]);
    await queue.resume();
    await settle();
    assert.deepEqual(arrived("/mail").map((r) => JSON.parse(r.body).n), [1, 2, 3]);
    await queue.pause();
    assert.equal((await queue.get()).paused, true);
    assert.ok((await queue.list()).some((q) => q.name === "mail"));
    await queue.delete();
    await rejects(queue.get(), "not found");
  },

  async schedules() {
    const { scheduleId } = await qstash.schedules.create({
      destination: `${origin}/tick`, cron: "*/10 * * * * ", body: "tick", retries: 1, delay: 5, scheduleId: "ticks", label: "clockwork", flowControl: { key: "ticks", rate: 10, period: "1h30m3s" },
    });
    assert.equal(scheduleId, "ticks");
    const schedule = await qstash.schedules.get("ticks");
    assert.equal(schedule.cron, "*/10 * * * *");
    assert.deepEqual([schedule.isPaused, schedule.delay, schedule.retries, schedule.body, schedule.period], [false, 5, 1, "tick", 5403]);
    await advance("11m");
    assert.ok(arrived("/tick").length >= 1);
    assert.equal(arrived("/tick")[0].headers["upstash-schedule-id"], "ticks");
    await qstash.schedules.pause({ schedule: "ticks" });
    assert.equal((await qstash.schedules.get("ticks")).isPaused, true);
    const before = arrived("/tick").length;
    await advance("30m");
    assert.equal(arrived("/tick").length, before);
    await qstash.schedules.resume({ schedule: "ticks" });
    assert.equal((await qstash.schedules.list()).length, 1);
    await qstash.schedules.delete("ticks");
    await rejects(qstash.schedules.get("ticks"), "not found");
    await rejects(qstash.schedules.create({ destination: origin, cron: "soon" }), "Upstash-Cron");
  },

  async urlGroups() {
    await qstash.urlGroups.addEndpoints({ name: "group", endpoints: [{ url: `${origin}/u1`, name: "one" }, { url: `${origin}/u2` }] });
    const group = await qstash.urlGroups.get("group");
    assert.deepEqual(group.endpoints.map((e) => e.url), [`${origin}/u1`, `${origin}/u2`]);
    const answers = await qstash.publishJSON({ urlGroup: "group", body: {} });
    assert.deepEqual(answers.map((a) => a.url), [`${origin}/u1`, `${origin}/u2`]);
    await settle();
    assert.equal(arrived("/u1")[0].headers["upstash-topic-name"], "group");
    await qstash.urlGroups.removeEndpoints({ name: "group", endpoints: [{ name: "one" }] });
    assert.equal((await qstash.urlGroups.get("group")).endpoints.length, 1);
    await qstash.urlGroups.delete("group");
    await rejects(qstash.publishJSON({ urlGroup: "group", body: {} }), "topic group not found");
  },

  async dlq() {
    const ids = [];
    for (const n of [1, 2, 3, 4]) {
      ids.push((await qstash.publish({ url: `${origin}/bad/${n}`, body: `${n}`, retries: 0, label: n % 2 ? "odd" : "even", failureCallback: `${origin}/failed` })).messageId);
    }
    await settle();
    assert.equal(arrived("/failed").length, 4);
    const { messages, cursor } = await qstash.dlq.listMessages({ filter: { label: "odd" } });
    assert.deepEqual(messages.map((m) => m.messageId), [ids[0], ids[2]]);
    assert.equal(cursor, undefined);
    assert.deepEqual([messages[0].responseStatus, messages[0].responseBody, messages[0].body], [500, "answered", "1"]);
    const page = await qstash.dlq.listMessages({ count: 3 });
    assert.equal(page.messages.length, 3);
    assert.equal((await qstash.dlq.listMessages({ cursor: page.cursor })).messages.length, 1);
    const retried = await qstash.dlq.retry(messages[0].dlqId);
    assert.equal(retried.responses.length, 1);
    assert.equal(retried.cursor, undefined);
    await settle();
    assert.equal(arrived("/bad/1").length, 2);
    assert.equal((await qstash.dlq.delete({ filter: { label: "even" } })).deleted, 2);
    assert.equal((await qstash.dlq.delete({ all: true })).deleted, 2);
    await rejects(qstash.dlq.delete(messages[0].dlqId), "not found");
    await rejects(qstash.dlq.delete({ filter: { host: "127.0.0.1" } }), "unknown filter");
  },

  async logs() {
    const { messageId } = await qstash.publish({ url: `${origin}/bad/logs`, body: "x", retries: 0, retryDelay: "1000 * (1 + retried)" });
    await settle();
    const { logs, cursor } = await qstash.logs({ filter: { messageId } });
    assert.equal(cursor, undefined);
    assert.deepEqual(logs.map((l) => l.state), ["FAILED", "ERROR", "ACTIVE", "CREATED"]);
    assert.equal(logs[0].retryDelayExpr, "1000 * (1 + retried)");
    assert.equal((await qstash.logs({ filter: { messageId, state: ["FAILED", "DELIVERED"] } })).logs.length, 1);
    const page = await qstash.logs({ count: 2, filter: { messageId } });
    assert.deepEqual((await qstash.logs({ cursor: page.cursor, filter: { messageId } })).logs.map((l) => l.state), ["ACTIVE", "CREATED"]);
    assert.equal((await qstash.logs({ messageIds: [messageId] })).logs.length, 4);
  },

  async cancel() {
    const delayed = async (path, label) => (await qstash.publish({ url: `${origin}${path}`, body: "x", delay: "1d", label })).messageId;
    const ids = [await delayed("/c1", "a"), await delayed("/c2", "a"), await delayed("/c3", "b"), await delayed("/c4", "b"), await delayed("/c5", "c")];
    assert.equal((await qstash.messages.cancel(ids[0])).cancelled, 1);
    assert.equal((await qstash.messages.cancel([ids[1], ids[2]])).cancelled, 2);
    assert.equal((await qstash.messages.cancel({ filter: { label: ["b", "a"] } })).cancelled, 1);
    assert.equal((await qstash.messages.cancel({ all: true })).cancelled, 1);
    await rejects(qstash.messages.cancel(ids[0]), "not found");
    await qstash.messages.delete(await delayed("/c6", "d"));
  },

  async flowControl() {
    const flowControl = { key: "tenant/9", rate: 1, period: "1d" };
    for (const n of [1, 2, 3]) await qstash.publish({ url: `${origin}/flow`, body: `${n}`, flowControl });
    await settle();
    assert.equal(arrived("/flow").length, 1);
    const info = await qstash.flowControl.get("tenant/9");
    assert.deepEqual([info.waitListSize, info.rateMax, info.rateCount, info.ratePeriod, info.isPaused], [2, 1, 1, 86400, false]);
    await qstash.flowControl.pause("tenant/9");
    assert.equal((await qstash.flowControl.get("tenant/9")).isPaused, true);
    await qstash.flowControl.resume("tenant/9");
    await qstash.flowControl.resetRate("tenant/9");
    await settle();
    assert.equal(arrived("/flow").length, 2);
    await qstash.flowControl.pin("tenant/9", { parallelism: 3, rate: 50 });
    await settle();
    assert.equal(arrived("/flow").length, 3);
    const pinned = await qstash.flowControl.get("tenant/9");
    assert.deepEqual([pinned.isPinnedParallelism, pinned.isPinnedRate, pinned.parallelismMax], [true, true, 3]);
    await qstash.flowControl.unpin("tenant/9", { parallelism: true, rate: true });
    assert.equal((await qstash.flowControl.get("tenant/9")).isPinnedRate, false);
    assert.equal((await qstash.flowControl.getGlobalParallelism()).parallelismMax, 10);
  },

  async errors() {
    await rejects(qstash.publish({ url: "not-a-scheme://x", body: "x" }), "endpoint has invalid scheme");
    await rejects(qstash.publish({ url: `${origin}/x`, body: "x", retries: 6 }), "quota maxRetries exceeded");
    await rejects(qstash.publish({ url: `${origin}/x`, body: "x", delay: "8d" }), "quota maxDelay exceeded, current limit: 604800");
    await rejects(qstash.messages.get("msg_none"), "not found");
    await rejects(new Client({ baseUrl, token: "wrong" }).publish({ url: `${origin}/x` }), "unauthorized");
    const requests = Array.from({ length: 200 }, () => qstash.urlGroups.list());
    await assert.rejects(Promise.all(requests), (error) => error instanceof QstashRatelimitError && error.message.includes('"limit":"100"'));
    await Promise.allSettled(requests);
  },

  async dailyLimit() {
    const item = { url: `${origin}/day`, body: "x", delay: "1d" };
    const many = await qstash.batch(Array.from({ length: 1000 }, () => item));
    assert.ok(many.some((answer) => answer.error?.includes("maxRequestsPerDay")));
    await assert.rejects(qstash.publish(item), QstashDailyRatelimitError);
  },
};

for (const [name, part] of Object.entries(parts)) {
  // Each part starts in a new second of the server's clock, so that the limit of requests a second is its own.
  await advance("1s");
  await part();
  console.log(`ok ${name}`);
}

assert.deepEqual(forged, []);
app.close();
