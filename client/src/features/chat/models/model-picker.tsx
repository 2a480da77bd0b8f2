import { Button, Combobox, useCombobox } from "@mantine/core";
import { Check, ChevronDown, KeyRound } from "lucide-react";
import { useState } from "react";
import type { ModelChoice, ModelEndpointView, ModelsView } from "../../../../../schemas/chat-wire.ts";
import { asSentence } from "../../../ui/as-sentence.ts";
import { visibleString } from "../../../ui/visible-text.ts";
import classes from "./model-picker.module.css";

interface ModelPickerProps {
  models: ModelsView;
  /** Null: the default. */
  picked: ModelChoice | null;
  onPick(model: ModelChoice): void;
  /** Somebody wants to enter or change a key of their own. */
  onKey(endpoint: ModelEndpointView): void;
}

/** Fewer are seen at a glance. */
const MIN_FOR_SEARCH = 8;
const KEY = "key";

/** Which model answers: a list by provider, with a search where it is long. */
export function ModelPicker({ models, picked, onPick, onKey }: ModelPickerProps) {
  const [search, setSearch] = useState("");
  const combobox = useCombobox({
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      combobox.focusTarget();
      setSearch("");
    },
    onDropdownOpen: () => combobox.focusSearchInput(),
  });
  const choice = picked ?? models.default;
  const { endpoints } = models;
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const hasSearch = endpoints.reduce((sum, each) => sum + each.models.length, 0) >= MIN_FOR_SEARCH;
  const submit = (value: string) => {
    const [endpoint = "", model = "", kind] = JSON.parse(value) as string[];
    const found = endpoints.find(({ name }) => name === endpoint);
    combobox.closeDropdown();
    if (kind !== KEY) onPick({ endpoint, model });
    else if (found !== undefined) onKey(found);
  };
  return (
    <Combobox store={combobox} width={320} position="top-start" shadow="lg" radius="lg" onOptionSubmit={submit}>
      <Combobox.Target targetType="button" withAriaAttributes>
        <Button
          variant="subtle"
          className={classes.button}
          aria-label={`Model: ${choice === null ? "none" : visibleString(choice.model)}`}
          rightSection={<ChevronDown size={14} aria-hidden="true" />}
          onClick={() => combobox.toggleDropdown()}
        >
          <span className={classes.chosen}>{choice === null ? "Choose a model" : visibleString(choice.model)}</span>
        </Button>
      </Combobox.Target>
      <Combobox.Dropdown className={classes.dropdown}>
        {hasSearch && (
          <Combobox.Search
            aria-label="Search models"
            placeholder="Search models"
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        )}
        <Combobox.Options className={classes.options} aria-label="Models">
          {endpoints.map((endpoint) => (
            <EndpointOptions key={endpoint.name} endpoint={endpoint} words={words} choice={choice} />
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

interface EndpointOptionsProps {
  endpoint: ModelEndpointView;
  words: readonly string[];
  choice: ModelChoice | null;
}

function EndpointOptions({ endpoint, words, choice }: EndpointOptionsProps) {
  const { name, label, models, problem, isKeySet } = endpoint;
  const hasKey = endpoint.needsOwnKey || endpoint.needsOwnAddress;
  const shown = models.filter((model) => words.every((word) => `${label} ${model.name}`.toLowerCase().includes(word)));
  if (shown.length === 0 && words.length > 0) return null;
  return (
    <Combobox.Group label={visibleString(label)}>
      {isKeySet &&
        shown.map(({ name: model, description }) => {
          const isChosen = choice?.endpoint === name && choice.model === model;
          return (
            <Combobox.Option
              key={model}
              value={JSON.stringify([name, model])}
              active={isChosen}
              className={classes.option}
              aria-current={isChosen || undefined}
            >
              <span className={classes.name}>
                {visibleString(model)}
                {description !== null && <small>{visibleString(description)}</small>}
              </span>
              {isChosen && <Check size={16} aria-hidden="true" />}
            </Combobox.Option>
          );
        })}
      {hasKey && words.length === 0 && (
        <Combobox.Option value={JSON.stringify([name, "", KEY])} className={classes.option}>
          <KeyRound size={15} aria-hidden="true" />
          <span className={classes.name}>{isKeySet ? "Change your key" : "Enter your key"}</span>
        </Combobox.Option>
      )}
      {problem !== null && problem.code !== "MODEL_KEY_MISSING" && (
        <p className={classes.problem}>{asSentence(visibleString(problem.message))}</p>
      )}
    </Combobox.Group>
  );
}
