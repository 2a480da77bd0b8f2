import { Button } from "@mantine/core";
import {
  type ArrayFieldTitleProps,
  buttonId,
  canExpand,
  descriptionId,
  type FallbackFieldTemplateProps,
  getTemplate,
  type IconButtonProps,
  type ObjectFieldTemplateProps,
  type TemplatesType,
} from "@rjsf/utils";
import { Plus } from "lucide-react";
import classes from "./schema-form.module.css";

/** Parts of an object: at the top just one below the other, further down a group with its name. */
function ObjectGroup(props: ObjectFieldTemplateProps) {
  const { title, description, properties, fieldPathId, registry, schema, uiSchema, formData, onAddProperty, disabled } = props;
  const Description = getTemplate("DescriptionFieldTemplate", registry);
  const { AddButton: Add } = registry.templates.ButtonTemplates;
  const parts = (
    <>
      {description && (
        <Description
          id={descriptionId(fieldPathId)}
          description={description}
          schema={schema}
          uiSchema={uiSchema}
          registry={registry}
        />
      )}
      {properties.filter(({ hidden }) => !hidden).map(({ content }) => content)}
      {canExpand(schema, uiSchema, formData) && (
        <Add
          id={buttonId(fieldPathId, "add")}
          disabled={disabled}
          onClick={onAddProperty}
          uiSchema={uiSchema}
          registry={registry}
        />
      )}
    </>
  );
  if (fieldPathId.path.length === 0) return <div className={classes.fields}>{parts}</div>;
  return (
    <fieldset className={classes.group}>
      {title && <legend>{title}</legend>}
      <div className={classes.fields}>{parts}</div>
    </fieldset>
  );
}

/** A value whose type is left open: the type is chosen first. */
function OpenType({ schema, typeSelector, schemaField }: FallbackFieldTemplateProps) {
  return (
    <fieldset className={classes.group}>
      {schema.title && <legend>{schema.title}</legend>}
      <div className={classes.fields}>
        {typeSelector}
        {schemaField}
      </div>
    </fieldset>
  );
}

function AddButton({ id, onClick, disabled }: IconButtonProps) {
  return (
    <Button
      id={id}
      size="xs"
      variant="default"
      leftSection={<Plus size={14} aria-hidden="true" />}
      disabled={disabled}
      onClick={onClick}
      style={{ justifySelf: "start" }}
    >
      Add
    </Button>
  );
}

function Description({ id, description }: { id?: string; description?: unknown }) {
  return typeof description === "string" && description !== "" ? (
    <p id={id} className={classes.description}>
      {description}
    </p>
  ) : null;
}

/** The names of groups are no headings of the page. */
export const TEMPLATES: Partial<Omit<TemplatesType, "ButtonTemplates">> & { ButtonTemplates: { AddButton: typeof AddButton } } = {
  ObjectFieldTemplate: ObjectGroup,
  FallbackFieldTemplate: OpenType,
  ArrayFieldTitleTemplate: ({ title }: ArrayFieldTitleProps) => <span>{title}</span>,
  TitleFieldTemplate: ({ id, title }) => (
    <p id={id} className={classes.title}>
      {title}
    </p>
  ),
  DescriptionFieldTemplate: Description,
  ArrayFieldDescriptionTemplate: ({ description }) => <Description description={description} />,
  ButtonTemplates: { AddButton },
};
