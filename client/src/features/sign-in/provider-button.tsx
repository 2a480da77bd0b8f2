import { Button } from "@mantine/core";
import { LogIn } from "lucide-react";
import { useState } from "react";
import { PLACE } from "../../lib/place.ts";
import { PROVIDER_PATH, type ProviderDoor, wantedPlace } from "./provider-door.ts";
import classes from "./sign-in-page.module.css";

/** Leads to the operator's OpenID provider. */
export function ProviderButton({ door }: { door: ProviderDoor }) {
  return (
    <Button
      component="a"
      href={PROVIDER_PATH}
      onClick={wantedPlace.keep}
      variant="default"
      size="md"
      fullWidth
      leftSection={<Picture image={door.image} />}
      classNames={{ root: classes.button, label: classes.label }}
    >
      {door.label}
    </Button>
  );
}

function Picture({ image }: { image: string | null }) {
  const [isBroken, setBroken] = useState(false);
  if (image === null || isBroken) return <LogIn size={18} aria-hidden="true" />;
  const source = image.startsWith("/") ? PLACE.base + image : image;
  return <img src={source} alt="" width={20} height={20} className={classes.picture} onError={() => setBroken(true)} />;
}
