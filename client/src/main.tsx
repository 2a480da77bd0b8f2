import "@mantine/core/styles.layer.css";
import "@mantine/notifications/styles.layer.css";
import "./ui/theme.css";
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { App } from "./app.tsx";
import { openLive } from "./lib/live.ts";
import { PLACE } from "./lib/place.ts";
import { ErrorBoundary } from "./ui/error-boundary.tsx";
import { cssVariablesResolver, theme } from "./ui/theme.ts";

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no #root");

createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
      <Notifications position="bottom-right" />
      <ErrorBoundary>
        <BrowserRouter basename={PLACE.base}>
          <App openLive={openLive} isHosted={PLACE.isHosted} />
        </BrowserRouter>
      </ErrorBoundary>
    </MantineProvider>
  </StrictMode>,
);
