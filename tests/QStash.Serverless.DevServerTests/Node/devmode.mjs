// The client in its development mode finds a running server by itself, and downloads nothing.
import assert from "node:assert/strict";
import { Client, Receiver } from "@upstash/qstash";

const lines = [];
console.log = (line) => lines.push(line);
const qstash = new Client({ devMode: true });
await qstash.urlGroups.list();
assert.ok(lines.some((line) => line.includes("already running")), lines.join("\n"));
assert.ok(new Receiver({ devMode: true }));
process.stdout.write("ok devMode\n");
