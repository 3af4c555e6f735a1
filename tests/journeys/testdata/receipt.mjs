// Verifies a receipt without any of the product's code: RFC 8785 by the language's own number and string forms, then SHA-256.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const canonical = (v) =>
  Array.isArray(v)
    ? `[${v.map(canonical).join(",")}]`
    : v && typeof v === "object"
      ? `{${Object.keys(v).sort().map((k) => `${JSON.stringify(k)}:${canonical(v[k])}`).join(",")}}`
      : JSON.stringify(v);

const text = canonical(JSON.parse(readFileSync(0, "utf8")));
console.log(createHash("sha256").update(text, "utf8").digest("hex"));
