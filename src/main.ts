// The page: starts the sandbox's Worker first, because it needs longest, then draws.

import { mount } from "svelte";
import "./ui/theme.css";
import "./ui/base.css";
import App from "./ui/app/App.svelte";
import { startSandbox } from "./ui/connection.ts";
import { applyTheme, Settings } from "./ui/app/settings.svelte.ts";

const { sandbox, failed } = startSandbox();
const settings = new Settings();
applyTheme(settings.theme); // before the first paint, so that night never flashes white

mount(App, { target: document.getElementById("app")!, props: { sandbox, settings, failed } });
