// As much of the Language Server Protocol as the checks need: https://microsoft.github.io/language-server-protocol/

import { spawn } from "node:child_process";

const PATIENCE = 20_000;

/** A language server that speaks over standard input and output. */
export class LanguageServer {
    #process;
    #settings;
    #unread = Buffer.alloc(0);
    #requests = 0;
    #answers = new Map();
    #diagnostics = new Map();
    #errors = "";
    #leaving = false;

    /** Starts the server, and tells it the settings, a section for each name. */
    static async start(script, settings) {
        const server = new LanguageServer(script, settings);
        const { capabilities } = await server.request("initialize", {
            processId: process.pid,
            rootUri: null,
            capabilities: {
                textDocument: {
                    completion: { completionItem: { snippetSupport: true, documentationFormat: ["markdown", "plaintext"] } },
                    hover: { contentFormat: ["markdown", "plaintext"] },
                    publishDiagnostics: {},
                },
                workspace: { configuration: true },
            },
        });
        server.notify("initialized", {});
        server.notify("workspace/didChangeConfiguration", { settings });
        return Object.assign(server, { capabilities });
    }

    constructor(script, settings) {
        this.#settings = settings;
        this.#process = spawn(process.execPath, [script, "--stdio"], { stdio: "pipe" });
        this.#process.stdout.on("data", (bytes) => this.#read(bytes));
        this.#process.stderr.on("data", (bytes) => (this.#errors += bytes));
        this.#process.stdin.on("error", () => {});
        this.#process.on("exit", (code) => {
            if (!this.#leaving) {
                console.error(`the language server ended with ${code}\n${this.#errors}`);
                process.exit(1);
            }
        });
    }

    request(method, params) {
        const id = ++this.#requests;
        this.#write({ id, method, params });
        return patiently(method, (resolve, reject) => this.#answers.set(id, { resolve, reject }));
    }

    notify(method, params) {
        this.#write({ method, params });
    }

    /** Opens a document, and gives what the server finds in it. */
    open(uri, text) {
        const found = patiently(`diagnostics for ${uri}`, (resolve) => this.#diagnostics.set(uri, resolve));
        this.notify("textDocument/didOpen", { textDocument: { uri, languageId: "yaml", version: 1, text } });
        return found;
    }

    async stop() {
        this.#leaving = true;
        await this.request("shutdown");
        this.notify("exit");
    }

    #write(message) {
        const body = JSON.stringify({ jsonrpc: "2.0", ...message });
        this.#process.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    }

    #read(bytes) {
        this.#unread = Buffer.concat([this.#unread, bytes]);
        for (;;) {
            const end = this.#unread.indexOf("\r\n\r\n");
            if (end < 0) return;
            const length = Number(/content-length: *(\d+)/i.exec(this.#unread.toString("latin1", 0, end))[1]);
            if (this.#unread.length < end + 4 + length) return;
            const body = this.#unread.toString("utf8", end + 4, end + 4 + length);
            this.#unread = this.#unread.subarray(end + 4 + length);
            this.#receive(JSON.parse(body));
        }
    }

    #receive({ id, method, params, result, error }) {
        if (method === "textDocument/publishDiagnostics") {
            this.#diagnostics.get(params.uri)?.(params.diagnostics);
        } else if (method === "workspace/configuration") {
            this.#write({ id, result: params.items.map((item) => this.#settings[item.section] ?? null) });
        } else if (method !== undefined && id !== undefined) {
            this.#write({ id, result: null });
        } else if (id !== undefined) {
            const { resolve, reject } = this.#answers.get(id);
            this.#answers.delete(id);
            error ? reject(new Error(error.message)) : resolve(result);
        }
    }
}

/** A promise that is given up in the end, so that a silent server fails the check and does not hang it. */
function patiently(what, start) {
    return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no answer: ${what}`)), PATIENCE);
        const settle = (then) => (value) => {
            clearTimeout(timer);
            then(value);
        };
        start(settle(resolve), settle(reject));
    });
}
