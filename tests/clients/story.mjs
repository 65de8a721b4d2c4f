// masto.js, as published: a story of two people, from registering to deleting.
// Usage: node story.mjs URL MARK PASSWORD PICTURE; prints "the story is told" when all of it held.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createOAuthAPIClient, createRestAPIClient, createStreamingAPIClient } from "masto";

const [url, mark, password, picture] = process.argv.slice(2);
const redirectUri = "urn:ietf:wg:oauth:2.0:oob";
const scope = "read write follow";
const oauth = createOAuthAPIClient({ url });
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// The worker is another process, and may be busy.
const until = async (what) => {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const found = await what();
    if (found) return found;
    await pause(150);
  }
  throw new Error(`it never came: ${what}`);
};

const register = async (username) => {
  const app = await createRestAPIClient({ url }).v1.apps.create({
    clientName: "Story",
    redirectUris: redirectUri,
    scopes: scope,
  });
  const asked = {
    clientId: app.clientId,
    clientSecret: app.clientSecret,
    redirectUri,
    scope,
  };
  const own = await oauth.token.create({ grantType: "client_credentials", ...asked });
  const email = `${username}@example.org`;
  await createRestAPIClient({ url, accessToken: own.accessToken }).v1.accounts.create({
    username,
    email,
    password,
    agreement: true,
    locale: "fr",
  });
  const token = await oauth.token.create({
    grantType: "password",
    username: email,
    password,
    ...asked,
  });
  return [createRestAPIClient({ url, accessToken: token.accessToken }), token.accessToken, asked];
};

const [a] = await register(`jan_${mark}`);
const [b, tokenB, appB] = await register(`kim_${mark}`);
const meA = await a.v1.accounts.verifyCredentials();
const meB = await b.v1.accounts.verifyCredentials();
assert.equal(meB.username, `kim_${mark}`);
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
// The socket is open once something is heard of it: what comes before is not told again.
await until(async () => {
  const knock = await a.v1.statuses.create({ status: "Knock, knock" });
  await pause(500);
  const isOpen = heard.some((e) => e.event === "update");
  await a.v1.statuses.$select(knock.id).remove();
  return isOpen;
});

const file = new Blob([await readFile(picture)], { type: "image/png" });
const media = await a.v2.media.create({ file, description: "A gradient" });
assert.ok(media.url);
const status = await a.v1.statuses.create({
  status: "From JavaScript #parvis",
  mediaIds: [media.id],
});
assert.equal(status.mediaAttachments[0].description, "A gradient");

const question = await a.v1.statuses.create({
  status: "Which?",
  poll: { options: ["One", "Two"], expiresIn: 600, multiple: true },
});
const voted = await b.v1.polls.$select(question.poll.id).votes.create({ choices: [0, 1] });
assert.deepEqual(voted.ownVotes, [0, 1]);
assert.equal(voted.votersCount, 1);

await until(() => heard.some((e) => e.event === "update" && e.payload.id === status.id));

const reply = await b.v1.statuses.create({ status: `@${meA.acct} hello`, inReplyToId: status.id });
assert.equal(reply.inReplyToAccountId, meA.id);
const context = await a.v1.statuses.$select(status.id).context.fetch();
assert.deepEqual(context.descendants.map((one) => one.id), [reply.id]);
assert.equal((await b.v1.statuses.$select(status.id).favourite()).favourited, true);
assert.equal((await b.v1.statuses.$select(status.id).reblog()).reblog.id, status.id);

await until(async () => {
  const kinds = new Set((await a.v1.notifications.list()).map((n) => n.type));
  return ["follow", "mention", "favourite", "reblog"].every((kind) => kinds.has(kind));
});

const edited = await a.v1.statuses.$select(status.id).update({ status: "Edited from JavaScript" });
assert.ok(edited.editedAt);
await until(() => heard.some((e) => e.event === "status.update" && e.payload.id === status.id));

const people = await b.v2.search.list({ q: meA.username, type: "accounts" });
assert.ok(people.accounts.some((account) => account.id === meA.id));
await until(async () => {
  const found = await a.v2.search.list({ q: "edited javascript", type: "statuses" });
  return found.statuses.some((one) => one.id === status.id);
});

const pages = [];
for await (const page of a.v1.accounts.$select(meA.id).statuses.list({ limit: 1 })) {
  pages.push(...page.map((one) => one.id));
  if (pages.length >= 2) break;
}
assert.deepEqual(pages, [question.id, status.id]);

await a.v1.statuses.$select(status.id).remove();
await until(() => heard.some((e) => e.event === "delete" && e.payload === status.id));
await assert.rejects(b.v1.statuses.$select(status.id).fetch(), { statusCode: 404 });

events.unsubscribe();
streaming.close();
await Promise.race([listening, pause(500)]);
await oauth.revoke({ clientId: appB.clientId, clientSecret: appB.clientSecret, token: tokenB });
await assert.rejects(b.v1.accounts.verifyCredentials(), { statusCode: 401 });
console.log("the story is told");
process.exit(0);
