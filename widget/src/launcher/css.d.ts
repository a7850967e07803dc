declare module "./launcher.css" {
  const text: string;
  export default text;
}
