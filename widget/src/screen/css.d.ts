declare module "./screen.css" {
  const text: string;
  export default text;
}
