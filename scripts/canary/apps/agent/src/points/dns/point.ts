export const dns = 1;
