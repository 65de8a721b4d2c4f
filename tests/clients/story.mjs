// masto.js, as published: a story of two people, told with the tokens it is given.
// Usage: node story.mjs URL TOKEN_A TOKEN_B PICTURE; prints "the story is told" when all of it held.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRestAPIClient, createStreamingAPIClient } from "masto";

const [url, tokenA, tokenB, picture] = process.argv.slice(2);
const a = createRestAPIClient({ url, accessToken: tokenA });
const b = createRestAPIClient({ url, accessToken: tokenB });

const until = async (what) => {
  for (let tries = 0; tries < 100; tries += 1) {
    const found = await what();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  throw new Error(`it never came: ${what}`);
};

const meA = await a.v1.accounts.verifyCredentials();
const meB = await b.v1.accounts.verifyCredentials();
const instance = await a.v2.instance.fetch();
assert.ok(instance.configuration.urls.streaming);

const relationship = await b.v1.accounts.$select(meA.id).follow();
assert.equal(relationship.following, true);

const streaming = createStreamingAPIClient({
  streamingApiUrl: instance.configuration.urls.streaming,
  accessToken: tokenB,
});
const events = streaming.user.subscribe();
const heard = [];
const listening = (async () => {
  for await (const event of events) heard.push(event);
})();
await new Promise((resolve) => setTimeout(resolve, 500));

const file = new Blob([await readFile(picture)], { type: "image/png" });
const media = await a.v2.media.create({ file, description: "A gradient" });
await until(async () => (await a.v1.media.$select(media.id).fetch()).url);
const status = await a.v1.statuses.create({ status: "From JavaScript #parvis", mediaIds: [media.id] });
assert.equal(status.mediaAttachments[0].description, "A gradient");

const question = await a.v1.statuses.create({
  status: "Which?",
  poll: { options: ["One", "Two"], expiresIn: 600, multiple: true },
});
const voted = await b.v1.polls.$select(question.poll.id).votes.create({ choices: [0, 1] });
assert.deepEqual(voted.ownVotes, [0, 1]);

await until(() => heard.some((e) => e.event === "update" && e.payload.id === status.id));

const reply = await b.v1.statuses.create({ status: `@${meA.acct} hello`, inReplyToId: status.id });
assert.equal(reply.inReplyToAccountId, meA.id);
assert.equal((await b.v1.statuses.$select(status.id).favourite()).favourited, true);
assert.equal((await b.v1.statuses.$select(status.id).reblog()).reblog.id, status.id);

await until(async () => {
  const kinds = new Set((await a.v1.notifications.list()).map((n) => n.type));
  return ["follow", "mention", "favourite", "reblog"].every((kind) => kinds.has(kind));
});

const edited = await a.v1.statuses.$select(status.id).update({ status: "Edited from JavaScript" });
assert.ok(edited.editedAt);
await until(() => heard.some((e) => e.event === "status.update" && e.payload.id === status.id));

const found = await b.v2.search.list({ q: meA.username, type: "accounts" });
assert.ok(found.accounts.some((account) => account.id === meA.id));

const pages = [];
for await (const page of a.v1.accounts.$select(meA.id).statuses.list({ limit: 1 })) {
  pages.push(...page.map((one) => one.id));
  if (pages.length >= 2) break;
}
assert.deepEqual(pages, [question.id, status.id]);

await a.v1.statuses.$select(status.id).remove();
await until(() => heard.some((e) => e.event === "delete" && e.payload === status.id));
await assert.rejects(b.v1.statuses.$select(status.id).fetch(), { statusCode: 404 });
assert.equal(meB.locked, false);

events.unsubscribe();
streaming.close();
await Promise.race([listening, new Promise((resolve) => setTimeout(resolve, 500))]);
console.log("the story is told");
process.exit(0);
