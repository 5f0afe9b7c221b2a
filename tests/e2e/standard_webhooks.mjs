// SPDX-License-Identifier: GPL-3.0-or-later
// node standard_webhooks.mjs FOLDER: reads {"secret","headers","body"} from its standard input and says, as one JSON object, what the npm
// package `standardwebhooks` (in FOLDER/node_modules) thinks of it as it came, altered in several ways, and under another secret.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const { Webhook } = createRequire(process.argv[2] + "/")("standardwebhooks");
const { secret, headers, body } = JSON.parse(readFileSync(0, "utf8"));

const accepts = (change = {}) => {
  const all = { secret, headers, body, ...change };
  try {
    new Webhook(all.secret).verify(all.body, all.headers);
    return true;
  } catch {
    return false;
  }
};
const withHeader = (name, value) => ({ headers: { ...headers, [name]: value } });

console.log(JSON.stringify({
  as_it_came: accepts(),
  body_altered: accepts({ body: body.replace("receipt", "Receipt") }),
  body_longer: accepts({ body: body + " " }),
  id_altered: accepts(withHeader("webhook-id", headers["webhook-id"] + "x")),
  an_hour_old: accepts(withHeader("webhook-timestamp", String(Number(headers["webhook-timestamp"]) - 3600))),
  signature_missing: accepts(withHeader("webhook-signature", "")),
  another_secret: accepts({ secret: "whsec_" + Buffer.alloc(32, 7).toString("base64") }),
  payload: JSON.parse(body),
}));
