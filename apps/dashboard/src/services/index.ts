export * from "@telltale/react";
