// The client in its development mode finds a running server by itself, and downloads nothing.
import assert from "node:assert/strict";
import { Client } from "@upstash/qstash";

const qstash = new Client({ devMode: true });                                     // or QSTASH_DEV=true

const lines = [];
console.log = (line) => lines.push(line);
await qstash.urlGroups.list();
assert.ok(lines.some((line) => line.includes("already running")), lines.join("\n"));
process.stdout.write("ok devMode\n");
