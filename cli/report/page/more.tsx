/** Shows more of a long list. */
export function More(props: { shown: number; all: number; step: number; onMore: (count: number) => void }) {
  const { shown, all, step, onMore } = props;
  if (shown >= all) return null;
  return (
    <p>
      <button type="button" class="button" onClick={() => onMore(shown + step)}>
        Show {Math.min(step, all - shown)} more of {all - shown}
      </button>
    </p>
  );
}
