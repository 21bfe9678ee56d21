import { execFileSync } from "node:child_process";
import { installDebian } from "../scripts/browser.mjs";

/** The Python that Debian's packages are for. */
export const python = "/usr/bin/python3";

const wanted = ["python3-fastapi", "python3-uvicorn", "python3-websockets"];

/** Why tests that need FastAPI are left out. */
export const noFastApi: string = `FastAPI is not installed: apt-get install ${wanted.join(" ")}`;

function hasFastApi(): boolean {
  try {
    execFileSync(python, ["-c", "import fastapi, uvicorn, websockets"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Whether FastAPI is there, installed if that needs nobody's password. */
export async function ensureFastApi(): Promise<boolean> {
  return hasFastApi() || ((await installDebian(...wanted)) && hasFastApi());
}
