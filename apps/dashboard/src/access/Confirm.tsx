import { useState } from "react";
import { Button } from "../alerts/Button.tsx";
import { Modal } from "../shell/Modal.tsx";

interface ConfirmProps {
  readonly title: string;
  /** What happens then. */
  readonly children: string;
  /** What is done, such as "Revoke". */
  readonly verb: string;
  readonly run: () => Promise<void>;
  readonly onClose: () => void;
}

/** Asks before what cannot be undone. */
export function Confirm({ title, children, verb, run, onClose }: ConfirmProps) {
  const [problem, setProblem] = useState<string>();
  const [running, setRunning] = useState(false);
  const act = async (): Promise<void> => {
    setRunning(true);
    try {
      await run();
      onClose();
    } catch (error) {
      setRunning(false);
      setProblem(error instanceof Error ? error.message : "The server did not do it.");
    }
  };
  return (
    <Modal title={title} onClose={onClose}>
      <div className="flex flex-col gap-4 px-5 pb-5">
        <p className="text-muted">{children}</p>
        {problem && (
          <p role="alert" className="text-bad">
            {problem}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button data-first onClick={onClose}>
            Cancel
          </Button>
          <Button primary disabled={running} onClick={() => void act()}>
            {verb}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
