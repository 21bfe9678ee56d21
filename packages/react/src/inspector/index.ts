export { TelltaleInspector, type TelltaleInspectorProps } from "./inspector.tsx";
