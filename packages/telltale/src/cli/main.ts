#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { configSchema } from "../config.ts";
import { version } from "../package-info.ts";
import { flagOf, STRUCTURED, UsageError, variableOf } from "./options.ts";
import { KEY_FLAG } from "./server-key.ts";

// Commands are loaded when they are asked for: `--help` and a warm start should not wait for the rest.

const TAIL_EXAMPLES = `
Examples:
  telltale tail
  telltale tail --errors https://metrics.example.com
  telltale tail 'status:error latency>2s -provider:openai'
  telltale tail --model gpt-4o --min-latency 2000
  telltale tail --json --limit 100 | jq .cost`;

const EXPORT_EXAMPLES = `
Examples:
  telltale export --output requests.parquet
  telltale export status:error --from 2026-11-01T00:00:00Z > errors.csv
  telltale export 'cost>0.1' --format ndjson --columns id,model,cost,user_id`;

const DOCTOR_EXAMPLES = `
Examples:
  telltale doctor http://127.0.0.1:8000
  telltale doctor wss://metrics.example.com/metrics/stream --origin https://app.example.com
  telltale doctor localhost:8000 --json | jq -r .verdict`;

/** Runs the command line; the exit code is 0, 1 for failures, 2 for wrong usage. */
async function main(argv: readonly string[]): Promise<number> {
  let code = 0;
  const program = new Command("telltale")
    .description("See your LLM service as it happens")
    .version(version)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError("(telltale --help lists what there is)");

  withConfig(program.command("serve", { isDefault: true }))
    .description("Start the server and the dashboard (the default)")
    .option("--demo", "add made-up traffic, labelled as such; kept in a data folder of its own")
    .action(async (options) => (await import("./serve.ts")).serve(options));

  withConfig(program.command("demo"))
    .description("The same as serve --demo")
    .action(async (options) => (await import("./serve.ts")).serve({ ...options, demo: true }));

  withConfig(program.command("replay"))
    .description("Play a recorded trace through the ingest door of a server started for it")
    .argument("<trace>", "CSV or NDJSON: Azure LLM traces, BurstGPT, Mooncake, Telltale exports")
    .option("--speed <n>", "times as fast as it happened; `max` for as fast as possible", "1")
    .option("--model <name>", "model of traces that name none; default: the file's name")
    .option("--url <url>", "play into a server that runs already, instead of starting one")
    .option(...KEY_FLAG)
    .action(async (trace, options) => (await import("./replay.ts")).replay(trace, options));

  program
    .command("backup")
    .description("Copy the history of a running server into a folder, while it goes on")
    .argument("<folder>", "where to; a server can be started from it with --data-dir")
    .option("--url <url>", "the server (TELLTALE_URL; default http://127.0.0.1:8000)")
    .option(...KEY_FLAG)
    .action(async (folder, flags) => (await import("./backup.ts")).backup(folder, flags));

  program
    .command("export")
    .description("Save requests of a server as CSV, JSON, NDJSON or Parquet")
    .argument("[query...]", "which requests, such as status:error 'latency>2s'; default all")
    .option("--format <name>", "csv, json, ndjson or parquet; default by the file's name, or csv")
    .option("-o, --output <file>", "where to; default standard output")
    .option("--from <time>", "those that began at this time or later: RFC 3339 or Unix ms")
    .option("--to <time>", "those that began before")
    .option("--columns <list>", "only these columns, separated by commas")
    .option("--url <url>", "the server (TELLTALE_URL; default http://127.0.0.1:8000)")
    .option(...KEY_FLAG)
    .addHelpText("after", EXPORT_EXAMPLES)
    .action(async (words, flags) => (await import("./export.ts")).exportRequests(words, flags));

  program
    .command("import")
    .description("Bring a file that was exported into a server; what it has already stays as it is")
    .argument("<file>", "CSV, JSON, NDJSON or Parquet, by its name; also with .gz")
    .option("--format <name>", "csv, json, ndjson or parquet")
    .option("--url <url>", "the server (TELLTALE_URL; default http://127.0.0.1:8000)")
    .option(...KEY_FLAG)
    .action(async (file, flags) => {
      code = await (await import("./import.ts")).importRequests(file, flags);
    });

  program
    .command("tail")
    .description("Show requests as they end, on the terminal or as JSON lines")
    .argument(
      "[query...]",
      "which requests, such as status:error 'latency>2s'; and the server's address (TELLTALE_URL; default http://127.0.0.1:8000)",
    )
    .option("--model <name>", "only this model; may be repeated", collect)
    .option("--status <list>", "only success, error or, with --json, in_progress")
    .option("--errors", "the same as --status error")
    .option("--min-latency <ms>", "only what took at least this long")
    .option("--user <id>", "only this user")
    .option("--text <words>", "only what has this in its id, model, error, user, endpoint, service")
    .option("--json", "one request_update per line on standard output, and nothing else")
    .option("--limit <n>", "stop after this many finished requests")
    .option(...KEY_FLAG)
    .option("--no-retry", "fail when the server is away, instead of waiting for it")
    .addHelpText("after", TAIL_EXAMPLES)
    .action(async (words, flags) => (await import("./tail/tail.ts")).tail(words, flags));

  const keys = program
    .command("keys")
    .description("Make, list and revoke keys in a data folder, whether its server runs or not");
  withDataDir(keys.command("create"))
    .description("Make a key; it is printed once")
    .option("--name <name>", "what it is for", "Made on the command line")
    .option("--scope <scope>", "ingest, read or admin", "admin")
    .option("--project <id>", "the project it is for", "default")
    .option("--expires <when>", "RFC 3339, or such as 90d or 12h from now; default never")
    .action(async (flags) => (await import("./keys.ts")).createKey(flags));
  withDataDir(keys.command("list"))
    .description("List the keys, without what they are")
    .option("--json", "as one JSON array")
    .action(async (flags) => (await import("./keys.ts")).listKeys(flags));
  withDataDir(keys.command("revoke"))
    .description("Revoke a key: its sessions and streams end within a second")
    .argument("<id>", "its id, as listed")
    .action(async (id, flags) => (await import("./keys.ts")).revokeKey(id, flags));

  program
    .command("doctor")
    .description("Examine a stream of this or another backend, and say what to do")
    .argument("<url>", "the server or its stream, in http(s):// or ws(s)://")
    .option("--origin <origin>", "connect as a page of this origin would")
    .option(...KEY_FLAG)
    .option("--listen <seconds>", "how long to listen to the stream", "5")
    .option("--json", "the results as one JSON object")
    .addHelpText("after", DOCTOR_EXAMPLES)
    .action(async (url, flags) => {
      code = await (await import("./doctor/doctor.ts")).doctor(url, flags);
    });

  try {
    refuseUnknownCommand(program, argv[2]);
    await program.parseAsync(argv);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof UsageError) {
      console.error(`telltale: ${error.message}`);
      return 2;
    }
    console.error(`telltale: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** `serve` is the default, so commander takes a mistyped command for an argument of it. */
function refuseUnknownCommand(program: Command, word: string | undefined): void {
  if (word === undefined || word.startsWith("-")) return;
  const known = ["help", ...program.commands.map((command) => command.name())];
  if (known.includes(word)) return;
  throw new UsageError(`${word} is no command; known are ${known.join(", ")}`);
}

/** Where the keys are: as for `serve`. */
function withDataDir(command: Command): Command {
  return command
    .option("--data-dir <value>", "folder of the server (TELLTALE_DATA_DIR; default .telltale)")
    .option("--config <file>", "options as JSON or TypeScript");
}

/** A flag for every option of the config. */
function withConfig(command: Command): Command {
  for (const [key, schema] of Object.entries(configSchema.shape)) {
    if (STRUCTURED.has(key)) continue;
    const fallback = schema.parse(undefined);
    const shown = Array.isArray(fallback) ? "none" : String(fallback);
    command.option(
      `--${flagOf(key)} <value>`,
      `${schema.description ?? ""} (${variableOf(key)}; default ${shown})`,
    );
  }
  return command
    .option("--config <file>", "options as JSON or TypeScript (default telltale.config.{ts,json})")
    .option("--print-config", "print the options in force and stop")
    .addHelpText(
      "after",
      "\nUpstreams of the proxy: TELLTALE_PROXY_<NAME>_URL, or `upstreams` in the config file.\nChannels of alerts: `channels` in the config file (docs/alerts.md).\nFlags win over the environment, the environment over the config file.",
    );
}

process.exitCode = await main(process.argv);
