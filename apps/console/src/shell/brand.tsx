/** The name of the product, which leads to the first page. */

import { Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import classes from './brand.module.css';

export function Brand() {
  return (
    <Link to="/" className={classes.brand} aria-label="Pullgate">
      <Group gap={8} wrap="nowrap">
        <span className={classes.gate} aria-hidden />
        <Text component="span" fw={650} visibleFrom="xs">
          Pullgate
        </Text>
      </Group>
    </Link>
  );
}
