// Judges tokens with the official client's Receiver, and makes tokens with the library that it is built on.
import { readFileSync } from "node:fs";
import { SignJWT } from "jose";
import { Receiver } from "@upstash/qstash";

const { key, url, body, bodyHash, tokens } = JSON.parse(readFileSync("tokens.json", "utf8"));
const receiver = new Receiver({ currentSigningKey: key, nextSigningKey: "sig_anotherKeyThatFitsNothing123456" });
const accepted = {};
for (const [name, token] of Object.entries(tokens)) {
  accepted[name] = await receiver.verify({ signature: token, body, url }).then(Boolean, () => false);
}

const secret = new TextEncoder().encode(key);
const made = {};
const make = async (name, change = (jwt) => jwt, claims = {}) => {
  const jwt = new SignJWT({ body: bodyHash, ...claims }).setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuer("Upstash").setSubject(url).setIssuedAt().setNotBefore(0).setExpirationTime("5m").setJti("jwt_other");
  made[name] = await change(jwt).sign(secret);
};
await make("as QStash does");
await make("with an audience", (jwt) => jwt.setAudience("orders"));
await make("with several audiences", (jwt) => jwt.setAudience(["orders", "invoices"]));
await make("without a type", (jwt) => jwt.setProtectedHeader({ alg: "HS256" }));
await make("with a key id", (jwt) => jwt.setProtectedHeader({ alg: "HS256", typ: "JWT", kid: "1" }));
await make("with a claim of its own", (jwt) => jwt, { tenant: { id: 7 } });
console.log(JSON.stringify({ accepted, made }));
