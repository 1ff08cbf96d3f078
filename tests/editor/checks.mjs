// node checks.mjs <language server's script>: one line for each check, and how many held.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import { LanguageServer } from "./client.mjs";

const MODELINE = "# yaml-language-server: $schema=../../schemas/persona.schema.json\n";
const CURSOR = "<|>";

const schema = JSON.parse(await read("../../schemas/persona.schema.json"));
const server = await LanguageServer.start(process.argv[2], {
    // Our schema is a file beside us; what the server would fetch of its own accord is turned off.
    yaml: { schemaStore: { enable: false }, kubernetesCRDStore: { enable: false } },
});
let passed = 0;
let failed = 0;
let opened = 0;

await check("a persona without faults has no diagnostics", async () => {
    assert.deepEqual(await findings("../../personas/leon-trotsky.yaml"), []);
});

await check("each mistake is marked where it is", async () => {
    // The first line is a comment, and makes room for the modeline.
    const text = (await read("../fixtures/ten-mistakes.yaml")).replace(/^#.*\n/, MODELINE);
    assert.deepEqual(await findings("ten-mistakes.yaml", text), [
        '2: Missing property "name".',
        '2: Value is not accepted. Valid values: "persona/v1", "persona-fragment/v1".',
        "3: use lower-case letters a-z, digits, and single hyphens between them",
        "4: Property nmae is not allowed.",
        "5: write some text, on one line",
        '6: Incorrect type. Expected "string".',
        '10: Missing property "answer".',
        "11: Property answr is not allowed.",
        '12: Incorrect type. Expected "string".',
        '15: Incorrect type. Expected "array".',
        "17: Map keys must be unique",
        '18: Incorrect type. Expected "string".',
        "18: Nested mappings are not allowed in compact mappings",
    ]);
});

await check("a file may name the schema by a key, in YAML and in JSON", async () => {
    const persona = { $schema: "../../schemas/persona.schema.json", name: "Ada", description: "A guide.", nmae: "Ada" };
    const yaml = Object.entries(persona).map(([key, value]) => `${key}: ${value}\n`).join("");
    assert.deepEqual(await findings("key.yaml", yaml), ["4: Property nmae is not allowed."]);
    assert.deepEqual(await findings("key.json", JSON.stringify(persona, null, 1)), ["5: Property nmae is not allowed."]);
});

await check("an empty file is offered every key, each with its description", async () => {
    const items = await completions("<|>");
    for (const [key, { markdownDescription }] of Object.entries(schema.properties)) {
        const item = items.find(({ label }) => label === key);
        assert.equal(item?.documentation?.value, markdownDescription, key);
    }
});

await check("an empty file is offered a whole persona, which is valid", async () => {
    const [{ insertText }] = (await completions("<|>")).filter(({ label }) => label === schema.title);
    assert.deepEqual(await findings("whole.yaml", MODELINE + written(insertText)), []);
});

await check("a key that is there is not offered again", async () => {
    const offered = labels(await completions("name: Ada\n<|>"));
    assert(offered.includes("description") && !offered.includes("name"), offered.join());
});

await check("an entry of faq is offered its keys", async () => {
    const items = await completions("name: Ada\nfaq:\n  - question: Why?\n    <|>\n");
    const { answer, keywords } = schema.$defs.Faq.properties;
    for (const [key, property] of Object.entries({ answer, keywords })) {
        const item = items.find(({ label }) => label === key);
        assert.equal(item?.documentation?.value, property.markdownDescription, key);
    }
    assert(!labels(items).includes("greeting"));
});

await check("`relation:` is offered the relations that have a name", async () => {
    const offered = labels(await completions("related_characters:\n  - name: Bob\n    relation: <|>\n"));
    for (const relation of ["similar", "ally", "rival", "friend", "mentor", "family"]) {
        assert(offered.includes(relation), `${relation} of ${offered}`);
    }
});

await check("`role:` is offered the two who speak, each with its description", async () => {
    const items = await completions("example_dialogues:\n  - - role: <|>\n");
    const { enum: roles, enumDescriptions } = schema.$defs.Role;
    assert.deepEqual(labels(items), roles);
    assert.deepEqual(items.map(({ documentation }) => documentation), enumDescriptions);
});

await check("`spec:` is offered the version of the format", async () => {
    assert.deepEqual(labels(await completions("spec: <|>\n")), schema.$defs.Spec.enum);
});

await check("hover over `faq` shows its title and description", async () => {
    const shown = await hover("fa<|>q:\n  - question: Why?\n    answer: So.\n");
    const { title, description } = schema.properties.faq;
    for (const text of [title, description]) assert(shown.includes(text), shown);
});

await check("hover over a key inside of a list shows that key's description", async () => {
    const shown = await hover("faq:\n  - question: Why?\n    ans<|>wer: So.\n");
    assert(shown.includes(schema.$defs.Faq.properties.answer.description), shown);
});

await server.stop();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function check(name, run) {
    try {
        await run();
        console.log(`ok      ${name}`);
        passed += 1;
    } catch (error) {
        console.log(`FAILED  ${name}\n${error.message}`);
        failed += 1;
    }
}

function address(path) {
    return new URL(path, import.meta.url).href;
}

function read(path) {
    return readFile(new URL(path, import.meta.url), "utf8");
}

/** What is found in a file, or in a text as if it were that file: line and message. */
async function findings(path, text) {
    const found = await server.open(address(path), text ?? (await read(path)));
    const lines = found.map(({ range, message }) => `${range.start.line + 1}: ${message}`);
    return lines.sort((one, other) => Number.parseInt(one) - Number.parseInt(other) || (one < other ? -1 : 1));
}

/** Opens a text that has a cursor in it, and gives the place. */
async function place(marked) {
    const [before, after] = (MODELINE + marked).split(CURSOR);
    const uri = address(`text-${(opened += 1)}.yaml`);
    await server.open(uri, before + after);
    const lines = before.split("\n");
    return { textDocument: { uri }, position: { line: lines.length - 1, character: lines.at(-1).length } };
}

async function completions(marked) {
    return (await server.request("textDocument/completion", await place(marked))).items;
}

async function hover(marked) {
    return (await server.request("textDocument/hover", await place(marked))).contents.value;
}

function labels(items) {
    return items.map(({ label }) => label);
}

/** What stands in the file when a snippet is taken as it is. */
function written(snippet) {
    return snippet.replace(/\$\{\d+:((?:\\.|[^}\\])*)\}/g, "$1").replace(/\\([$}\\])/g, "$1");
}
