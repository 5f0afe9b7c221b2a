// SPDX-License-Identifier: GPL-3.0-or-later
// node stripe_package.mjs FOLDER NOW: webhooks as the npm package `stripe` (in FOLDER/node_modules) signs them at NOW, in seconds, and
// what it says when it gets them. One JSON object a line: name, body, header (null: none), accepted, reason.
import { createRequire } from "node:module";

const [folder, nowText] = process.argv.slice(2);
const Stripe = createRequire(folder + "/")("stripe");
const stripe = new (Stripe.default ?? Stripe)("sk_test_none");
const now = Number(nowText);
const secret = "whsec_in_force";

const body = JSON.stringify({
  id: "evt_1", object: "event", type: "checkout.session.completed",
  data: { object: { id: "cs_test_1", object: "checkout.session", status: "complete", payment_status: "paid", amount_total: 123450, currency: "thb",
                    client_reference_id: "17", metadata: { payment_id: "17", name: "ใบเสร็จ" } } },
}, null, 2);

const signed = (more = {}) => stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp: now, ...more });
const v1 = (header) => header.replace(/^t=\d+,/, "");

const cases = [
  ["as Stripe sends it", signed()],
  ["four minutes old", signed({ timestamp: now - 240 })],
  ["exactly five minutes old", signed({ timestamp: now - 300 })],
  ["two signatures, the second right", `t=${now},v1=${"0".repeat(64)},${v1(signed())}`],
  ["two signatures, the first right", `${signed()},v1=${"0".repeat(64)}`],
  ["with a signature of another kind", `${signed()},v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39`],
  ["the time last", `${v1(signed())},t=${now}`],
  ["six minutes old", signed({ timestamp: now - 360 })],
  ["a year old", signed({ timestamp: now - 365 * 86400 })],
  ["by another secret", signed({ secret: "whsec_other" })],
  ["an altered body", signed(), body.replace("123450", "123451")],
  ["a body with a line feed more", signed(), body + "\n"],
  ["an altered time", signed().replace(`t=${now}`, `t=${now - 1}`)],
  ["no header", null],
  ["an empty header", ""],
  ["not a header of Stripe's", "yes"],
  ["an empty signature", `t=${now},v1=`],
  ["no signature", `t=${now}`],
  ["no time", v1(signed())],
  ["only a signature of another kind", `t=${now},v0=${v1(signed()).slice(3)}`],
  ["a signature cut short", signed().slice(0, -1)],
  ["a signature in capitals", `t=${now},v1=${v1(signed()).slice(3).toUpperCase()}`],
  ["from ten minutes ahead", signed({ timestamp: now + 600 })],
];

// The package looks at the clock itself unless it is told when the webhook came.
for (const [name, header, sent = body] of cases) {
  let accepted = true, reason = "";
  try {
    stripe.webhooks.constructEvent(sent, header, secret, 300, undefined, now * 1000);
  } catch (error) {
    accepted = false;
    reason = error.message.split("\n")[0];
  }
  console.log(JSON.stringify({ name, body: sent, header, accepted, reason }));
}
